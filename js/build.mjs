// Bundles the widget: one ES module with its style inside. Nothing is renamed by hand; what a bundle weighs is printed by module.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const TARGET = "../autograd_magic/static/widget.js";
/** Bytes after gzip. */
const BUDGET = 60_000;
const FORBIDDEN = [/\beval\(/, /new Function\b/, /WebAssembly/, /https?:\/\/(?!www\.w3\.org\/)/];

const styles = {
  name: "styles",
  setup(setup) {
    setup.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

await mkdir("../autograd_magic/static", { recursive: true });
const { metafile, outputFiles } = await build({
  entryPoints: ["src/app/widget.ts"],
  outfile: TARGET,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  plugins: [styles],
  metafile: true,
  write: false,
});
await build({
  entryPoints: { twin: "test/twin.ts", bench: "test/bench.ts" },
  outdir: "build",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  format: "esm",
  platform: "node",
});

const [{ text: bundle, contents }] = outputFiles;
const [{ inputs }] = Object.values(metafile.outputs);
const modules = Object.entries(inputs).sort(([, one], [, other]) => other.bytesInOutput - one.bytesInOutput);
for (const [path, { bytesInOutput }] of modules) console.log(`${String(bytesInOutput).padStart(8)}  ${path}`);
const [size, packed] = [contents.length, gzipSync(contents, { level: 9 }).length];
console.log(`autograd_magic/static/widget.js: ${size} bytes, ${packed} gzipped (of ${BUDGET})`);

const problems = FORBIDDEN.filter((pattern) => pattern.test(bundle)).map((pattern) => `it contains ${pattern}`);
if (packed > BUDGET) problems.push(`it has ${packed} bytes gzipped, and ${BUDGET} is the budget`);
if (problems.length) {
  console.error(`The bundle cannot ship: ${problems.join("; ")}.`);
  process.exit(1);
}
await writeFile(TARGET, contents);

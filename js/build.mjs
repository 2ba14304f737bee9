// Bundles the widget, one ES module with its style inside, the loader that each widget brings along, and the same as a script for a page
// without a notebook. Nothing is renamed by hand; what the bundle weighs is printed by module.
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const TARGET = "../autograd_magic/static/widget.js";
const LOADER = "../autograd_magic/static/loader.js";
const PAGE = "../autograd_magic/static/page.js";
/** Bytes after gzip. The aim is 60,000. */
const BUDGET = 92_800;
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
const common = { bundle: true, format: "esm", target: "es2022", minify: true, write: false };
// What is alike packs best side by side: what only computes (with the model that it needs), all style sheets, the engine and the signals
// come first.
const inject = ["model/layout", "model/parts", "app/sheet", "engine/tape", "view/fallback"].map(
  (name) => `src/${name}.ts`,
);
const { metafile, outputFiles } = await build({
  ...common,
  entryPoints: ["src/app/widget.ts"],
  outfile: TARGET,
  plugins: [styles],
  inject,
  metafile: true,
});
// The same code for a page without a notebook, as one script.
const page = await build({
  ...common,
  format: "iife",
  entryPoints: ["src/app/page.ts"],
  outfile: PAGE,
  plugins: [styles],
  inject,
});
await build({
  entryPoints: { twin: "test/twin.ts", bench: "test/bench.ts", engine: "src/engine/tape.ts" },
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

const problems = [...FORBIDDEN, /<\/script|<!--/i]
  .filter((pattern) => pattern.test(bundle) || pattern.test(page.outputFiles[0].text))
  .map((pattern) => `it contains ${pattern}`);
if (packed > BUDGET) problems.push(`it has ${packed} bytes gzipped, and ${BUDGET} is the budget`);
if (problems.length) {
  console.error(`The bundle cannot ship: ${problems.join("; ")}.`);
  process.exit(1);
}
const hash = createHash("sha256").update(contents).digest("hex").slice(0, 16);
const loader = await build({
  ...common,
  entryPoints: ["src/app/loader.ts"],
  outfile: LOADER,
  define: { VERSION_OF_CODE: JSON.stringify(hash) },
});
await writeFile(LOADER, loader.outputFiles[0].contents);
await writeFile(TARGET, contents);
await writeFile(PAGE, page.outputFiles[0].contents);

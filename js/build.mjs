// Bundles the widget as ES modules with their style inside: core.js, which shows the first picture (widget.js hands it on), and later.js,
// which is run when it is first needed; the loader that each widget brings along; and all in one script for a page without a notebook.
// Nothing is renamed by hand; what the files weigh is printed by module.
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const STATIC = "../autograd_magic/static";
/** Bytes after gzip: of what a page runs before the first picture, of what it runs later, and of a page without a notebook. */
const BUDGETS = { "core.js": 60_000, "later.js": 39_000, "page.js": 97_000 };
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
/** Makes later.js need all of the widget, which is there by then: else what both need would stand in a file apart from the rest of it. */
const needsAll = {
  name: "needs all",
  setup(setup) {
    setup.onLoad({ filter: /modes[\\/]later\.ts$/ }, async ({ path }) => ({
      contents: `import "../app/widget";${await readFile(path, "utf8")}`,
      loader: "ts",
    }));
  },
};

await mkdir(STATIC, { recursive: true });
const common = { bundle: true, format: "esm", target: "es2022", minify: true, write: false, outdir: STATIC };
// What is alike packs best side by side: what only computes (with the model that it needs), all style sheets, the engine and the signals
// come first.
const inject = ["model/layout", "model/parts", "view/sheets", "engine/tape", "view/fallback"].map(
  (name) => `src/${name}.ts`,
);
const { metafile, outputFiles } = await build({
  ...common,
  splitting: true,
  chunkNames: "core",
  entryPoints: ["src/app/widget.ts", "src/modes/later.ts"],
  entryNames: "[name]",
  define: { ONE_FILE: "false" },
  plugins: [styles, needsAll],
  inject,
  metafile: true,
});
const files = Object.fromEntries(outputFiles.map(({ path, text }) => [basename(path), text]));
// The same code for a page without a notebook, as one script.
const page = await build({
  ...common,
  format: "iife",
  entryPoints: ["src/app/page.ts"],
  define: { ONE_FILE: "true" },
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
const loader = await build({ ...common, entryPoints: ["src/app/loader.ts"] });
const [{ text }] = loader.outputFiles;
const version = createHash("sha256")
  .update([...Object.values(files), text].join())
  .digest("hex");
files["page.js"] = page.outputFiles[0].text;
files["loader.js"] = text.replace("VERSION_OF_CODE", version.slice(0, 16));

for (const [path, { inputs }] of Object.entries(metafile.outputs)) {
  console.log(basename(path));
  const modules = Object.entries(inputs).sort(([, one], [, other]) => other.bytesInOutput - one.bytesInOutput);
  for (const [path, { bytesInOutput }] of modules) console.log(`${String(bytesInOutput).padStart(8)}  ${path}`);
}
const problems = [];
for (const [name, text] of Object.entries(files)) {
  const packed = gzipSync(text, { level: 9 }).length;
  console.log(`autograd_magic/static/${name}: ${Buffer.byteLength(text)} bytes, ${packed} gzipped`);
  if (packed > BUDGETS[name]) problems.push(`${name} has ${packed} bytes gzipped, and ${BUDGETS[name]} is the budget`);
  for (const pattern of [...FORBIDDEN, /<\/script|<!--/i])
    if (pattern.test(text)) problems.push(`${name} contains ${pattern}`);
}
if (problems.length) {
  console.error(`The bundle cannot ship: ${problems.join("; ")}.`);
  process.exit(1);
}
for (const [name, text] of Object.entries(files)) await writeFile(`${STATIC}/${name}`, text);

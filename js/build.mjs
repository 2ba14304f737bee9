// Bundles the widget: widget.js, which shows the first picture, and later.js, which it fetches when it is needed, ES modules with their
// style inside; the loader that each widget brings along; and all in one script for a page without a notebook. Nothing is renamed by hand;
// what the files weigh is printed by module.
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const STATIC = "../autograd_magic/static";
/** Bytes after gzip, of what a page takes in before the first picture. */
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
/** Makes what is fetched later need all of the widget, which is there by then: else what both need would be a file of its own. */
const whole = {
  name: "whole",
  setup(setup) {
    setup.onLoad({ filter: /modes\/later\.ts$/ }, async ({ path }) => ({
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
  chunkNames: "[name]",
  entryPoints: ["src/app/widget.ts"],
  define: { WHOLE: "false" },
  plugins: [styles, whole],
  inject,
  metafile: true,
});
const text = (name) => outputFiles.find(({ path }) => path.endsWith(name)).text;
// The entry only hands on what stands in the other file, which takes its place.
const [, entry] = text("/widget.js").match(/^import\{(\w+) as \w+\}from"\.\/chunk\.js";export\{\w+ as default\};\s*$/);
const files = {
  "widget.js": text("/chunk.js").replace(new RegExp(`([\\w$]+) as ${entry}(?=[,}][^}]*$)`), "$1 as default,$&"),
  "later.js": text("/later.js").replaceAll('"./chunk.js"', '"./widget.js"'),
};
// The same code for a page without a notebook, as one script.
const page = await build({
  ...common,
  format: "iife",
  entryPoints: ["src/app/page.ts"],
  define: { WHOLE: "true" },
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
const source = await readFile("src/app/loader.ts", "utf8");
const hash = createHash("sha256")
  .update([...Object.values(files), source].join())
  .digest("hex")
  .slice(0, 16);
const loader = await build({
  ...common,
  entryPoints: ["src/app/loader.ts"],
  define: { VERSION_OF_CODE: JSON.stringify(hash) },
});
files["page.js"] = page.outputFiles[0].text;
files["loader.js"] = loader.outputFiles[0].text;

const sizes = {};
for (const [name, { inputs }] of Object.entries(metafile.outputs)) {
  console.log(name.endsWith("chunk.js") ? "widget.js" : name.split("/").at(-1));
  const modules = Object.entries(inputs).sort(([, one], [, other]) => other.bytesInOutput - one.bytesInOutput);
  for (const [path, { bytesInOutput }] of modules) console.log(`${String(bytesInOutput).padStart(8)}  ${path}`);
}
for (const [name, text] of Object.entries(files)) {
  sizes[name] = gzipSync(text, { level: 9 }).length;
  console.log(`autograd_magic/static/${name}: ${Buffer.byteLength(text)} bytes, ${sizes[name]} gzipped`);
}

const problems = Object.entries(files).flatMap(([name, text]) =>
  [...FORBIDDEN, /<\/script|<!--/i]
    .filter((pattern) => pattern.test(text))
    .map((pattern) => `${name} contains ${pattern}`),
);
if (sizes["widget.js"] > BUDGET)
  problems.push(`widget.js has ${sizes["widget.js"]} bytes gzipped, and ${BUDGET} is the budget`);
if (problems.length) {
  console.error(`The bundle cannot ship: ${problems.join("; ")}.`);
  process.exit(1);
}
for (const [name, text] of Object.entries(files)) await writeFile(`${STATIC}/${name}`, text);

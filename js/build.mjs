// Bundles the widget: one ES module with its style inside, small enough to be saved in every notebook that uses it.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { build, transform } from "esbuild";
import { minify } from "terser";
import * as short from "./short.mjs";

const TARGET = "../autograd_magic/static/widget.js";
const BUDGET = 100_000;

const minifiedCss = {
  name: "minified-css",
  setup(setup) {
    setup.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      // The page's own properties, which nothing outside reads, by their first two letters.
      return {
        contents: code.replace(
          /--(ground|raised|text|quiet|line|stroke|positive|negative|other|accent|mono)\b/g,
          (name) => name.slice(0, 4),
        ),
        loader: "text",
      };
    });
  },
};

// Fields of our own objects that no wire, no page and no string knows, under names that the minifier can shorten.
const OWN = `
  across answering args arity atTraced canRedo canUndo changed codes computed confirm decides dots down draws
  edges escapes factor factors flags folded foldedExponent follow followed formula forward gaps grad grads graph
  guards high history kind kink known label labels layer layers layout leafPositions leaves lens lines listen
  lit live local look low made mean mood moveAll moves name node nodes note notes numbers onMove ops outcome
  overwrites ownRoot owns partials path paths places playing points position positions probe problem quiz range
  ranges reaches refuse refuses relation rerun retraced reveal root rooted scale selected selection setRange
  starts state steps structure symbol symbols tape text theirs toward traced trail twice ulps under update used
  uses verdict waiting wanted whole why wishes words
`;

await mkdir("../autograd_magic/static", { recursive: true });
await build({
  entryPoints: ["src/widget.ts"],
  outfile: TARGET,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  plugins: [minifiedCss],
  mangleProps: new RegExp(`^(${OWN.trim().replace(/\s+/g, "|")})$`),
  inject: ["short.mjs"],
  define: Object.fromEntries(Object.keys(short).map((name) => [name.replace("_", "."), name])),
});
await build({
  entryPoints: { twin: "test/twin.ts", bench: "test/bench.ts" },
  outdir: "build",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  format: "esm",
  platform: "node",
});

// Terser finds what esbuild leaves. Its arrows are unsafe only for functions that are called with `new` or have a `this`.
const { code: bundle } = await minify(await readFile(TARGET, "utf8"), {
  module: true,
  ecma: 2020,
  compress: { passes: 3, unsafe_arrows: true },
});
await writeFile(TARGET, bundle);
const size = Buffer.byteLength(bundle);
const problems = [];
if (size > BUDGET) problems.push(`it has ${size} bytes, and ${BUDGET} is the budget`);
for (const forbidden of [/\beval\(/, /new Function\b/, /WebAssembly/, /https?:\/\/(?!www\.w3\.org\/)/]) {
  if (forbidden.test(bundle)) problems.push(`it contains ${forbidden}`);
}
if (problems.length) {
  console.error(`The bundle cannot ship: ${problems.join("; ")}.`);
  process.exit(1);
}
console.log(`autograd_magic/static/widget.js: ${size} bytes`);

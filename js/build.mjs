// Bundles the widget: one ES module with its style inside, small enough to be saved in every notebook that uses it.
import { mkdir, readFile } from "node:fs/promises";
import { build, transform } from "esbuild";
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
        contents: code.replace(/--(ground|raised|text|quiet|line|stroke|positive|negative|accent|mono)\b/g, (name) =>
          name.slice(0, 4),
        ),
        loader: "text",
      };
    });
  },
};

// Fields of our own objects that no wire, no page and no string knows, under names that the minifier can shorten.
const OWN = `
  across answering arity atTraced canRedo canUndo changed columns computed confirm decides down draws edges
  escapes factors folded foldedExponent follow forward grad grads graph high history kink known label layer
  layers layout leafPositions listen local low made moveAll nodes onMove overwrites ownRoot partials path paths
  playing points position positions probe problem range ranges reaches refuse refuses reveal rooted scale
  selected state steps symbol tape toward traced trail twice ulps update uses verdict waiting wishes
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

const bundle = await readFile(TARGET, "utf8");
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

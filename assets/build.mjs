// Builds everything the browser gets into bandhu/ui/static/ui/dist/: one style sheet, one script, the editor and the charts apart, the fonts.
import { build, transform } from "esbuild";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "../bandhu/ui/static/ui/dist");
const require = createRequire(import.meta.url);

// Inter writes Latin, Greek and Cyrillic; each Noto only its own script: a page loads only the files whose characters it shows.
const fonts = {
  "@fontsource-variable/inter": /latin|vietnamese|greek|cyrillic/,
  "@fontsource-variable/noto-sans-bengali": /-bengali-wght/,
  "@fontsource-variable/noto-sans-tamil": /-tamil-wght/,
  "@fontsource-variable/noto-sans-arabic": /-arabic-wght/,
};

// The name says the content: browsers keep such files for good (WHITENOISE_IMMUTABLE_FILE_TEST), a new build has new names.
function withHash(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 10);
  return name.replace(/\.(\w+)$/, `.${hash}.$1`);
}

function fontFaces() {
  let css = "";
  for (const [name, wanted] of Object.entries(fonts)) {
    const folder = dirname(require.resolve(`${name}/package.json`));
    for (const face of readFileSync(join(folder, "index.css"), "utf8").match(/@font-face \{[^}]+\}/g)) {
      const file = face.match(/files\/([\w-]+\.woff2)/)[1];
      if (!wanted.test(file)) continue;
      const named = withHash(file, readFileSync(join(folder, "files", file)));
      copyFileSync(join(folder, "files", file), join(dist, "fonts", named));
      css += face.replace(`./files/${file}`, `fonts/${named}`).replace(/\s+/g, " ") + "\n";
    }
  }
  return css;
}

function styles(faces) {
  const cli = join(dirname(require.resolve("@tailwindcss/cli/package.json")), "dist/index.mjs");
  const out = join(dist, "app.css");
  const run = spawnSync(process.execPath, [cli, "-i", join(here, "css/app.css"), "-o", out, "--minify"], { encoding: "utf8", cwd: here });
  if (run.status !== 0) throw new Error(run.stderr);
  writeFileSync(out, faces + readFileSync(out, "utf8"));
}

async function scripts() {
  await build({
    entryPoints: { app: join(here, "js/app.js"), early: join(here, "js/early.js"), zone: join(here, "js/zone.js") },
    outdir: dist, bundle: true, minify: true, format: "iife", target: "es2022", legalComments: "linked", logLevel: "warning",
  });
}

// Fetched with import() by pages where somebody writes, or that show a chart: modules of their own.
async function modules() {
  await build({
    entryPoints: { editor: join(here, "js/editor/editor.js"), charts: join(here, "js/charts/charts.js") }, outdir: dist, bundle: true, minify: true, format: "esm",
    target: "es2022", legalComments: "linked", logLevel: "warning",
  });
}

// The chat for foreign pages carries its style sheet inside: one request, and nothing a page's own rules could keep out.
const styleText = {
  name: "style-text",
  setup(builder) {
    builder.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true, target: "es2022" });
      return { contents: code, loader: "text" };
    });
  },
};

async function chat() {
  await build({
    entryPoints: { chat: join(here, "js/chat/chat.js") }, outdir: dist, bundle: true, minify: true, format: "iife",
    target: "es2021", plugins: [styleText], logLevel: "warning",
  });
}

// Named by its content, and listed in the manifest that {% asset %} reads. (config/build.py compresses what stands here.)
function publish() {
  const manifest = {};
  for (const name of readdirSync(dist).filter((each) => /\.(css|js)$/.test(each))) {
    const content = readFileSync(join(dist, name));
    manifest[name] = withHash(name, content);
    renameSync(join(dist, name), join(dist, manifest[name]));
    const size = [content, gzipSync(content)].map((each) => (each.length / 1000).toFixed(1));
    console.log(`${name.padEnd(9)} ${size[0]} kB, ${size[1]} kB compressed`);
  }
  writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest, null, 1));
}

const started = Date.now();
rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, "fonts"), { recursive: true });
styles(fontFaces());
await scripts();
await modules();
await chat();
publish();
console.log(`built in ${((Date.now() - started) / 1000).toFixed(1)} s`);

// Builds everything the browser gets into bandhu/ui/static/ui/dist/: one style sheet, one script, the fonts.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
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

function fontFaces() {
  let css = "";
  for (const [name, wanted] of Object.entries(fonts)) {
    const folder = dirname(require.resolve(`${name}/package.json`));
    for (const face of readFileSync(join(folder, "index.css"), "utf8").match(/@font-face \{[^}]+\}/g)) {
      const file = face.match(/files\/([\w-]+\.woff2)/)[1];
      if (!wanted.test(file)) continue;
      cpSync(join(folder, "files", file), join(dist, "fonts", file));
      css += face.replace("./files/", "fonts/").replace(/\s+/g, " ") + "\n";
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
    entryPoints: { app: join(here, "js/app.js"), early: join(here, "js/early.js") },
    outdir: dist, bundle: true, minify: true, format: "iife", target: "es2022", legalComments: "linked", logLevel: "warning",
  });
}

const started = Date.now();
rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, "fonts"), { recursive: true });
styles(fontFaces());
await scripts();
for (const name of ["app.css", "app.js", "early.js"]) {
  const file = join(dist, name);
  console.log(`${name.padEnd(9)} ${(statSync(file).size / 1000).toFixed(1)} kB, ${(gzipSync(readFileSync(file)).length / 1000).toFixed(1)} kB compressed`);
}
console.log(`built in ${((Date.now() - started) / 1000).toFixed(1)} s`);

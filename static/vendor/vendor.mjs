// Copies the third-party files that Plenaria serves, or tests with, out of the pinned packages, each with its licence.
// Run after a change of version:  cd static/vendor && npm ci && npm run vendor
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..");

function copy(packageName, from, to) {
  const target = join(root, to);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(here, "node_modules", packageName, from), target);
}

copy("htmx.org", "dist/htmx.min.js", "static/vendor/htmx.min.js");
copy("htmx.org", "LICENSE", "static/vendor/htmx.LICENSE.txt");
copy("idiomorph", "dist/idiomorph.min.js", "static/vendor/idiomorph.min.js");
copy("idiomorph", "LICENSE", "static/vendor/idiomorph.LICENSE.txt");
copy("sortablejs", "Sortable.min.js", "static/vendor/sortable.min.js");
copy("sortablejs", "LICENSE", "static/vendor/sortable.LICENSE.txt");
copy("axe-core", "axe.min.js", "tests/browser/vendor/axe.min.js");
copy("axe-core", "LICENSE", "tests/browser/vendor/axe.LICENSE.txt");
copy("axe-core", "LICENSE-3RD-PARTY.txt", "tests/browser/vendor/axe.LICENSE-3RD-PARTY.txt");

// Web fonts: variable weight, one file a script range and style; a browser fetches only those that a page uses.
const webFonts = [
  ["source-serif-4", "latin", "normal", ""],
  ["source-serif-4", "latin-ext", "normal", ""],
  ["source-serif-4", "latin", "italic", "-italic"],
  ["source-serif-4", "latin-ext", "italic", "-italic"],
  ["source-sans-3", "latin", "normal", ""],
  ["source-sans-3", "latin-ext", "normal", ""],
];
for (const [family, range, style, suffix] of webFonts) {
  copy(`@fontsource-variable/${family}`, `files/${family}-${range}-wght-${style}.woff2`, `static/fonts/${family}-${range}${suffix}.woff2`);
}

// Static fonts for the PDF documents.
for (const [family, name] of [["source-serif-4", "SourceSerif4"], ["source-sans-3", "SourceSans3"]]) {
  for (const weight of ["400Regular", "400Regular_Italic", "600SemiBold"]) {
    copy(`@expo-google-fonts/${family}`, `${weight}/${name}_${weight}.ttf`, `static/fonts/ttf/${name}_${weight}.ttf`);
  }
  copy(`@expo-google-fonts/${family}`, "LICENSE_FONT", `static/fonts/${family}.LICENSE.txt`);
}

// What these lack (Hebrew, Arabic, Cyrillic, Greek and more), for quotations in other scripts.
copy("dejavu-fonts-ttf", "ttf/DejaVuSans.ttf", "static/fonts/ttf/fallback/DejaVuSans.ttf");
copy("dejavu-fonts-ttf", "LICENSE", "static/fonts/dejavu-sans.LICENSE.txt");

// Shapes of countries, by Natural Earth (public domain): data/make_americas.py makes data/americas.json of them.
copy("world-atlas", "LICENSE", "data/americas.LICENSE.txt");

/*
 * `npm run pack`: what users install, as it would be published, for a project of one's own that is not in this repository:
 * `npm install …/dist/*.tgz`. npm can't pack it, since it knows nothing of `workspace:*`.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pnpm, root, setUp } from "./set-up.mjs";

if (!setUp()) process.exit(1);
const target = join(root, "dist");
rmSync(target, { recursive: true, force: true });
const folders = [
  "runtime",
  "transformer",
  ...readdirSync(join(root, "packages")).map((name) => `packages/${name}`),
];
for (const folder of folders) {
  const { name, private: isPrivate } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  if (isPrivate === true) continue;
  const packed = spawnSync("npx", ["-y", pnpm, "pack", "--pack-destination", target], {
    cwd: join(root, folder),
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (packed.status !== 0) {
    console.error(packed.stdout);
    process.exit(1);
  }
  console.log(`packed ${name}`);
}
console.log("They are in dist/: npm install …/dist/*.tgz");

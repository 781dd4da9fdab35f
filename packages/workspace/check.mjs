/* `npm run check`: set-up, then the checks; see src/check/main.ts. */
import { spawnSync } from "node:child_process";
import { emit, install, root } from "./set-up.mjs";

install();
emit(); // the examples see the packages as users do: compiled. Type errors are for the checks to find.
const args = ["--import", "tsx", "packages/workspace/src/check/main.ts", ...process.argv.slice(2)];
process.exit(spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status ?? 1);

// Before packing: the pages that `continuum explain` prints travel with the package.
import { cpSync, rmSync } from "node:fs";
import { fileURLToPath, URL } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

rmSync(here("../errors"), { recursive: true, force: true });
cpSync(here("../../../docs/errors"), here("../errors"), { recursive: true });

import { workflow } from "@continuum/runtime/workflow";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

export const digest = workflow({ version: 1 }, async (input: { readonly text: string }) => {
  return bytesToHex(sha256(utf8ToBytes(input.text)));
});

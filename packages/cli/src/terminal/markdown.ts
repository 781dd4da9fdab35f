/*
 * The little Markdown that the pages use, for a terminal: headings, code, lists.
 */
import type { Style } from "./style.js";

export function prettyMarkdown(text: string, style: Style): string {
  let isCode = false;
  const lines: string[] = [];
  for (const line of text.trimEnd().split("\n")) {
    if (line.startsWith("```")) isCode = !isCode;
    else if (isCode) lines.push(`    ${style.cyan(line)}`.trimEnd());
    else if (line.startsWith("# ")) lines.push(style.bold(inline(line.slice(2), style)));
    else if (line.startsWith("#")) lines.push(style.bold(style.green(line.replace(/^#+ /, ""))));
    else lines.push(inline(line, style));
  }
  return lines.join("\n");
}

function inline(line: string, style: Style): string {
  return line
    .replaceAll(/\[([^\]]+)\]\(([^)]+)\)/g, "$1 ($2)")
    .replaceAll(/\*\*([^*]+)\*\*/g, (_, text: string) => style.bold(text))
    .replaceAll(/`([^`]+)`/g, (_, text: string) => style.cyan(text));
}

export interface CodeBlock {
  /** Line of its first line of code in the Markdown file, from 1. */
  readonly line: number;
  readonly code: string;
}

/** Every fenced block of one language, as written; a block inside a list keeps its indentation. */
export function extractBlocks(markdown: string, language: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { fence: string; wanted: boolean; line: number; code: string[] } | undefined;
  for (const [index, text] of markdown.split(/\r?\n/).entries()) {
    const [, fence = '', info = ''] = /^\s*(`{3,})\s*(\S*)/.exec(text) ?? [];
    if (open === undefined) {
      if (fence !== '') open = { fence, wanted: info === language, line: index + 2, code: [] };
    } else if (fence.length >= open.fence.length && info === '') {
      if (open.wanted) blocks.push({ line: open.line, code: open.code.join('\n') });
      open = undefined;
    } else {
      open.code.push(text);
    }
  }
  return blocks;
}

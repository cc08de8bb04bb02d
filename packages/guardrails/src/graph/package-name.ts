const NODE_MODULES = '/node_modules/';

/** The package of a bare specifier: `@a/b` of `@a/b/c`; undefined for paths, `#imports` and URLs. */
export function packageOfSpecifier(specifier: string): string | undefined {
  return /^(?:@[^/@:]+\/)?[^./#@:][^/:]*(?=\/|$)/.exec(specifier)?.[0];
}

/** The package that a file was installed with; undefined for a file of the project itself. */
export function packageOfPath(path: string): string | undefined {
  const inside = withSlashes(path);
  const at = inside.lastIndexOf(NODE_MODULES);
  return at === -1 ? undefined : packageOfSpecifier(inside.slice(at + NODE_MODULES.length));
}

/** Whether a file was installed, not written here. */
export function isInstalled(path: string): boolean {
  return withSlashes(path).includes(NODE_MODULES);
}

export function withSlashes(path: string): string {
  return path.replaceAll('\\', '/');
}

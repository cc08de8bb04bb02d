import type { MetricDeclaration, ModuleFacts } from '../source/module-facts.js';
import type { Project } from './project.js';

/** A metric's declaration, and the package whose class it uses. */
export interface DeclaredMetric {
  /** Absolute. */
  readonly path: string;
  readonly declaration: MetricDeclaration;
  /** `prom-client`, also behind a file of the project that hands its classes on. */
  readonly module: string;
}

/** Handing on through handing on ends here. */
const MAX_HANDS = 8;

/** Every metric that some files declare with the classes of some packages. */
export async function declaredMetrics(
  project: Project,
  paths: readonly string[],
  modules: readonly string[],
): Promise<DeclaredMetric[]> {
  const { scanner, resolver } = project;
  await scanner.scan(paths);

  const moduleBehind = (
    path: string,
    facts: ModuleFacts,
    edgeIndex: number,
    name: string,
    hands: number,
  ): string | undefined => {
    const edge = facts.edges[edgeIndex];
    if (edge === undefined || hands > MAX_HANDS) return undefined;
    if (modules.includes(edge.specifier)) return edge.specifier;
    for (const target of resolver.resolve(path, edge)) {
      const inside = target.kind === 'source' ? scanner.factsOf(target.path) : undefined;
      if (target.kind !== 'source' || inside === undefined) continue;
      for (const handedOn of inside.exports) {
        const inner = memberOf(name, handedOn.name);
        if (inner === undefined) continue;
        const next = [handedOn.path, inner].filter((part) => part !== '').join('.');
        const found = moduleBehind(target.path, inside, handedOn.edge, next, hands + 1);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  };

  return paths.flatMap((path) => {
    const facts = scanner.factsOf(path);
    return (facts?.metrics ?? []).flatMap((declaration): DeclaredMetric[] => {
      const name = declaration.exportedName;
      const module = facts && moduleBehind(path, facts, declaration.edge, name, 0);
      return module === undefined ? [] : [{ path, declaration, module }];
    });
  });
}

/** What of a handed-on module a name means: `Counter` of `client.Counter`, where `client` is handed on. */
function memberOf(name: string, handedOn: string): string | undefined {
  if (handedOn === '*') return name;
  if (name === handedOn) return '';
  return name.startsWith(`${handedOn}.`) ? name.slice(handedOn.length + 1) : undefined;
}

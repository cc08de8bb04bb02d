/**
 * A place in nested routers by the templates that lead there, made once for each place. A request walks from place to place,
 * and joins no text.
 */
export class Mount {
  /** The templates that lead here, joined; empty at the root. */
  readonly template: string;
  private readonly depth: number;
  private readonly mounts = new Map<string, Mount>();
  private readonly routes = new Map<string, string>();

  constructor(template: string = '', depth: number = 0) {
    this.template = template;
    this.depth = depth;
  }

  /** The place below this one; this one itself past what a router that is mounted in itself could ask for. */
  child(template: string): Mount {
    let mount = this.mounts.get(template);
    if (mount === undefined) {
      if (this.depth >= MAX_DEPTH || this.mounts.size >= MAX_CHILDREN) return this;
      mount = new Mount(this.template + template, this.depth + 1);
      this.mounts.set(template, mount);
    }
    return mount;
  }

  /** The whole template of a route here. */
  route(template: string): string {
    let route = this.routes.get(template);
    if (route === undefined) {
      route = template === '/' && this.template !== '' ? this.template : this.template + template;
      if (this.routes.size < MAX_CHILDREN) this.routes.set(template, route);
    }
    return route;
  }

  /** What middlewares answer here for which no route matched. */
  get rest(): string | undefined {
    return this.template === '' ? undefined : this.route('/*');
  }
}

const MAX_DEPTH = 16;
/** Routers that an application makes while it runs must not fill the memory. */
const MAX_CHILDREN = 1000;

// What the tests use of packages without declarations; those of Express 5 are near enough.
declare module 'express-4' {
  export { default } from 'express';
}

declare module 'router-2-2' {
  import type { Router } from 'express';
  const OldRouter: new () => Router;
  type OldRouter = Router;
  export default OldRouter;
}

declare module 'koa-mount' {
  import type { Middleware } from 'koa';
  export default function mount(prefix: string, middleware: unknown): Middleware;
}

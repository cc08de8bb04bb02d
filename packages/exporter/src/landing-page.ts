import type { Answer } from './answer.js';

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>promshard exporter</title></head>
<body>
<h1>promshard exporter</h1>
<p><a href="metrics">Metrics</a></p>
</body>
</html>
`;

/** A page for people, who come without knowing the path. */
export const LANDING_PAGE: Answer = {
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: Buffer.from(PAGE),
};

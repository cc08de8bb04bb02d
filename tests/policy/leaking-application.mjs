// An application that puts what it should not into labels, as fast as it can.
import { definePolicy, routes } from '@promshard/label-policy';
import { Counter, Histogram, openShardStore } from '@promshard/writer';

const ROUTES = 100_000;
const registers = [];

const store = openShardStore({
  labelPolicy: definePolicy({ labels: { route: routes('/items/:id', '/users/:id/orders') } }),
});
const requests = new Counter({ name: 'requests_total', help: 'h', labelNames: ['route'], registers });
const seconds = new Histogram({ name: 'request_seconds', help: 'h', labelNames: ['route'], registers });
const tasks = new Counter({ name: 'tasks_total', help: 'h', labelNames: ['task_name'], registers });
const pages = new Counter({ name: 'pages_total', help: 'h', labelNames: ['page'], registers });

const refused = [];
try {
  new Counter({ name: 'by_user_total', help: 'h', labelNames: ['userEmail'], registers });
} catch (error) {
  refused.push(error);
}

for (let i = 0; i < ROUTES; i++) {
  requests.inc({ route: `/items/leak${i}q?page=${i}` });
  seconds.observe({ route: `/leak${i}q/nowhere` }, 0.1);
  pages.labels(`p${i}`).inc();
}
for (const value of [process.env.A_UUID, process.env.AN_EMAIL]) {
  for (const text of [value, `job ${value}`, value.toUpperCase(), `/users/${value}/orders`]) {
    tasks.inc({ task_name: text });
    requests.inc({ route: text });
    seconds.labels({ route: text }).observe(1);
  }
}
try {
  requests.inc({ route: process.env.AN_EMAIL }, -1);
} catch (error) {
  refused.push(error);
}
try {
  requests.labels(process.env.A_UUID, process.env.AN_EMAIL);
} catch (error) {
  refused.push(error);
}
for (const error of refused) console.error(error);
store.close();
console.log(JSON.stringify({ refused: refused.length }));

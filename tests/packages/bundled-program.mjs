// Counts, serves for a moment, and ends. Bundled before it is run: bundled-program <directory>
import { startExporter } from '@promshard/exporter';
import { Counter, openShardStore } from '@promshard/writer';

const dir = process.argv[2];
openShardStore({ dir });
new Counter({ name: 'bundled_total', help: 'h' }).inc(3);
void startExporter({ dir, port: 0 }).then((exporter) => exporter.close());

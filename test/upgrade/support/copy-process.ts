/** A process that copies the content of the database in a file, and tells of each slice. */
import { DatabaseSync } from 'node:sqlite';
import { copyContent } from '../../../scripts/lib/copy-content.ts';

const [, , path = '', scale = '1'] = process.argv;
const database = new DatabaseSync(path);
database.exec('PRAGMA synchronous = OFF');
await copyContent(
  { run: async (sql) => database.prepare(sql).all() },
  { onSlice: (table) => console.log(table), scale: Number(scale) },
);

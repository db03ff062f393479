// SPDX-License-Identifier: MIT
// The thread of sql.mjs.
import { workerData } from 'node:worker_threads';
import pg from 'pg';

const { port, answered } = workerData;
const types = { getTypeParser: () => (text) => text };
const kept = new Map();

async function connect(url) {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => kept.delete(url));
  await client.connect();
  return client;
}

const printed = (results) => [results].flat().flatMap(({ rows, fields }) => rows.map((row) => `${fields.map((_, n) => row[n] ?? '').join('|')}\n`)).join('');
const say = async (client, text) => printed(await client.query({ text, types, rowMode: 'array' }));

async function once({ url, text }) {
  const client = await connect(url);
  return say(client, text).finally(() => client.end());
}

async function again({ url, text }) {
  if (!kept.has(url)) kept.set(url, await connect(url));
  const client = kept.get(url);
  const forget = async () => {
    await client.query('rollback');
    await client.query('discard all');
  };
  return say(client, text).finally(() => forget().catch(() => kept.delete(url)));
}

const told = ({ message, detail, hint, where }) =>
  [`ERROR:  ${message}`, detail && `DETAIL:  ${detail}`, hint && `HINT:  ${hint}`, where && `CONTEXT:  ${where}`].filter(Boolean).join('\n');

port.on('message', async (question) => {
  port.postMessage(await (question.kept ? again : once)(question).then((said) => ({ said }), (fault) => ({ fault: told(fault) })));
  Atomics.store(answered, 0, 1);
  Atomics.notify(answered, 0);
});

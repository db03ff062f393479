// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { call, expect } from '../../lib/client.mjs';
import yaml from 'yaml';

test('anyone reads the contract as YAML', async () => {
  const reply = await expect(200, 'GET', '/openapi.yaml');
  assert.match(reply.text, /3\.1\.0/);
  assert.match(reply.text, /list_frameworks/);
});

test('it is not sent again to who has it', async () => {
  const { headers } = await expect(200, 'GET', '/openapi.yaml');
  const again = await call('GET', '/openapi.yaml', { headers: { 'if-none-match': headers.get('etag') } });
  assert.equal(again.status, 304);
});

test('it is the document that is served as JSON, in the same order', async () => {
  const { text } = await expect(200, 'GET', '/openapi.yaml');
  const { json } = await expect(200, 'GET', '/openapi.json');
  assert.equal(JSON.stringify(yaml.parse(text)), JSON.stringify(json));
});

// Put together once more from the files, by other means.
test('it is what the files of the contract say', async () => {
  const folder = new URL('../../../api-spec/', import.meta.url);
  const read = (file) => yaml.parse(readFileSync(new URL(file, folder), 'utf8').replaceAll(/(\.\.\/)*openapi\.yaml#/g, '#'));
  const bundle = (value) => {
    if (value === null || typeof value !== 'object') return value;
    const [file, name] = typeof value.$ref === 'string' ? value.$ref.split('#/') : [];
    if (file) return name ? read(file)[decodeURIComponent(name).replaceAll('~1', '/')] : read(file);
    return Array.isArray(value) ? value.map(bundle) : Object.fromEntries(Object.entries(value).map(([key, child]) => [key, bundle(child)]));
  };
  const { text } = await expect(200, 'GET', '/openapi.yaml');
  assert.equal(JSON.stringify(yaml.parse(text)), JSON.stringify(bundle(read('openapi.yaml'))));
});

test('people can read it: long texts stand as they are, short values on one line, no line is a whole schema', async () => {
  const { text } = await expect(200, 'GET', '/openapi.yaml');
  assert.match(text, /^# SPDX-License-Identifier: MIT\nopenapi: /);
  assert.match(text, /^  description: \|\n    \w/m);
  assert.match(text, /^ +schema: \{type: string, format: uuid\}$/m);
  assert.ok(Math.max(...text.split('\n').map((line) => line.length)) < 400);
});

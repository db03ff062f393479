// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { contract } from '../../lib/contract.mjs';

test('every operation has a folder of tests with its name', async () => {
  const missing = (await contract()).operations.filter(({ id }) => {
    const folder = new URL(`../${id}/`, import.meta.url);
    return !existsSync(folder) || !readdirSync(folder).some((name) => name.endsWith('.test.mjs'));
  });
  assert.deepEqual(missing.map(({ id }) => id), []);
});

test('at most one operation in seven needs a handler in C', async () => {
  const { operations } = await contract();
  const handled = operations.filter(({ definition }) => definition['x-handler']);
  assert.ok(handled.length * 7 <= operations.length, `${handled.length} of ${operations.length}`);
});

test('every string, number and array that a client can send has a limit', async () => {
  const spec = await contract();
  const open = [];
  const look = (schema, place, seen = new Set()) => {
    if (!schema || typeof schema !== 'object' || seen.has(schema)) return;
    seen.add(schema);
    if (schema.$ref) return look(spec.at(schema.$ref.slice(1)), place, seen);
    const types = [schema.type].flat();
    if (types.includes('string') && !schema.enum && !schema.const && schema.maxLength === undefined && !['date', 'uuid', 'date-time'].includes(schema.format) && !/^\^[^*+]*\$$/.test(schema.pattern ?? '*'))
      open.push(place);
    if (types.some((type) => type === 'integer' || type === 'number') && (schema.maximum === undefined || schema.minimum === undefined)) open.push(place);
    if (types.includes('array') && schema.maxItems === undefined) open.push(place);
    for (const [name, child] of Object.entries(schema.properties ?? {})) look(child, `${place}/${name}`, seen);
    look(schema.items, `${place}/items`, seen);
  };
  for (const operation of spec.operations) {
    for (const parameter of operation.definition.parameters ?? []) {
      const [definition] = spec.resolve(parameter, '');
      look(definition.schema, `${operation.id} ?${definition.name}`);
    }
    for (const content of Object.values(operation.definition.requestBody?.content ?? {})) look(content.schema, operation.id);
  }
  assert.deepEqual(open, []);
});

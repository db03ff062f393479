// SPDX-License-Identifier: MIT
// The words of the columns and parameters of reports, which become the sheets About and Definitions of a workbook.
import assert from 'node:assert/strict';
import test from 'node:test';
import { contract } from '../../lib/contract.mjs';

const csv = (definition) => definition.responses['200']?.content?.['text/csv'];

// Of each report {id, definition, columns}; all that can be asked for as a table and is not of one's own record.
async function reports() {
  const spec = await contract();
  const told = spec.operations.filter(({ definition }) => csv(definition) && definition['x-audit'] && /^(report_|list_single|list_development|find_spec|national_fig)/.test(definition.operationId));
  assert.ok(told.length >= 25, `${told.length} reports`);
  return told.map(({ id, definition }) => {
    const json = spec.resolve(definition.responses['200'].content['application/json'].schema)[0];
    const array = Object.values(json.properties).find(({ type }) => type === 'array');
    return { id, definition, columns: Object.entries(spec.resolve(array.items)[0].properties) };
  });
}

const faults = async (wrong) =>
  (await reports()).flatMap(({ id, columns }) => columns.filter(([name, schema]) => wrong(name, schema)).map(([name, { description }]) => `${id} ${name}: ${description}`));

test('each column is explained by itself, and by no other column before it', async () => {
  assert.deepEqual(await faults((name, { description }) => !description || /^(Its|Their|Of (those|these|them|all)|The same|The (title|name) of (it|that level)|In percent|Who (recorded|gave) it)/.test(description)), []);
});

// The lists whose codes stand in a column of this name.
const lists = { worker_type: 'worker_type', rank: 'rank', leaver_type: 'leaver_type', joiner_type: 'joiner_type', entry_route: 'entry_route', service_band: 'service_band', type: 'activity_type', stage: 'cycle_stage', basis: 'basis' };

test('a column of codes says which list of /v1/codes has their titles', async () => {
  const { enum: known } = (await contract()).document.paths['/v1/codes'].get.parameters.find(({ name }) => name === 'list').schema;
  for (const list of Object.values(lists)) assert.ok(known.includes(list), list);
  assert.deepEqual(await faults((name, { description }) => lists[name] && !description.includes(`of the list \`${lists[name]}\` of \`/v1/codes\``)), []);
});

test('a month that is asked for has an example, and says what it is by default', async () => {
  const spec = await contract();
  for (const name of ['report_from', 'report_until']) {
    const { description } = spec.document.components.parameters[name];
    assert.match(description, /such as `20\d\d-\d\d`/);
    assert.match(description, /by default/);
  }
  const silent = (await reports()).filter(({ definition }) => {
    const names = definition.parameters.map((one) => spec.resolve(one)[0].name);
    return names.includes('from') && names.includes('until') && !/by default[^.;]*(months|years)/.test(definition.description.toLowerCase().replace(/\s+/g, ' '));
  });
  assert.deepEqual(silent.map(({ id }) => id), []);
});

test('an edition says where it is taken from, and that it alone gives the same figures again', async () => {
  const { document } = await contract();
  assert.match(document.components.parameters.ledger_edition.description, /`meta\.edition`/);
  assert.match(document.components.schemas.ReportMeta.properties.known_at.description, /`edition`/);
});

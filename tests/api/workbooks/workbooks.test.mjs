// SPDX-License-Identifier: MIT
// Reports as workbooks: the same figures as the JSON, in a form that HR would keep.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { call, expect, sql } from '../../lib/client.mjs';
import { contract } from '../../lib/contract.mjs';
import { londonDay } from '../../lib/days.mjs';
import { claim, force, items, log, officer } from '../../lib/force.mjs';
import { hrOf, organisation } from '../../lib/organisations.mjs';
import { eventsOf } from '../../lib/trail.mjs';
import { about, ask, data, read, same, xlsx } from '../../lib/workbook.mjs';

const formula = '=HYPERLINK("http://example.invalid","2")';
let code, place, people, item, unit;

before(async () => {
  code = organisation('workbook');
  people = force(code, [{ staff_number: 'HR' }, { staff_number: 'A' }, { staff_number: 'B', ends_on: '2025-11-30', leaver_type: 'voluntary_resignation' },
    { staff_number: 'C', starts_on: '2025-06-01', unit: 'lab' }]).people;
  place = hrOf(people.HR, code, 'workforce:read reports:organisation specialists:read');
  const cvf = await items('cop-cvf-2024');
  item = cvf['we-analyse-critically'];
  [unit] = sql('update unit set name = $2 from organisation o where o.organisation_id = unit.organisation_id and o.code = $1 returning unit.id', code, formula);
  for (const [person, level] of [['A', 1], ['B', 2], ['C', 3]]) await claim(people[person], { item, level, valid_from: '2024-01-01' });
  await claim(people.A, { item: cvf['we-take-ownership'], level: 1, valid_from: '2025-09-01' });
  await claim(people.A, { item: cvf['we-collaborate'], level: 1, valid_until: londonDay(60) });
  await log(people.A, { item, minutes: 90, happened_on: londonDay(0) });
});

const coverage = '/v1/reports/coverage?framework=cop-cvf-2024&detail=held&basis=self&as_of=2025-10-31';

// {query parameter: value} for those that an operation cannot do without, and what one of them needs besides.
const given = () => ({ framework: 'cop-cvf-2024', item, unit, organisation: 'example', measure: 'held' });
const besides = { report_course_effect: 'level=1' };
const narrowing = ['framework', 'organisation'];
const filled = ['development', 'coverage', 'strength', 'retention', 'level_changes', 'upskilling', 'lapsing', 'skills_matrix'].map((name) => `report_${name}`)
  .concat('get_next_steps', 'list_person_next_steps');
const reports = async () =>
  (await contract()).operations.filter(({ definition }) => definition.responses['200']?.content?.[xlsx] && !definition['x-bytes']);

function query({ id, path, definition }, document) {
  const parameters = definition.parameters.map((one) => document.resolve(one)[0]).filter((one) => one.in === 'query');
  const wanted = parameters.filter((one) => one.required || narrowing.includes(one.name)).map(({ name }) => `${name}=${given()[name]}`);
  assert.ok(!wanted.some((one) => one.endsWith('=undefined')), `what ${path} asks for is not known here: ${wanted}`);
  return `${path.replace('{person_id}', people.A)}?${[...wanted, besides[id]].filter(Boolean).join('&')}`;
}

// Figures that other tests change meanwhile are asked for until they hold still around the workbook.
async function asked(target, as) {
  for (let tries = 0; tries < 10; tries++) {
    const before = await expect(200, 'GET', target, as);
    const reply = await ask(200, target, as);
    const after = await expect(200, 'GET', target, as);
    if (JSON.stringify(before.json.rows) === JSON.stringify(after.json.rows)) return { reply, json: after.json };
  }
  throw new Error(`${target} does not hold still`);
}

test('every report is offered as a workbook with the figures of its JSON, cell by cell', async (t) => {
  const document = await contract();
  const offered = await reports();
  assert.ok(offered.length >= 11, `${offered.length} reports are offered as workbooks`);
  for (const operation of offered)
    await t.test(operation.id, async () => {
      const target = query(operation, document);
      const as = operation.id.startsWith('national_') ? { as: 'college' } : operation.id === 'get_next_steps' ? officer(people.A) : place;
      const { reply, json } = await asked(target, as);
      const [row] = document.resolve(operation.definition.responses['200'].content['application/json'].schema.properties.rows.items);
      same(read(reply.bytes), json.rows, row.properties);
      if (filled.includes(operation.id)) assert.ok(json.rows.length > 0);
    });
});

test('a cell has the type of its column', async () => {
  const [row] = data(read((await ask(200, coverage, place)).bytes)).filter((each) => each.item === item && each.level === 2);
  assert.deepEqual([row.item, row.level, row.people, row.people_at_level, row.strength], [item, 2, 2, 1, null]);
});

test('text that looks like a formula stays text', async () => {
  const workbook = read((await ask(200, '/v1/reports/strength?by=unit', place)).bytes);
  assert.deepEqual(data(workbook).map((row) => row.unit_name).filter(Boolean), [formula]);
});

test('it says what it is, what was asked for, and when it was made by what', async () => {
  const reply = await ask(200, coverage, place);
  const workbook = read(reply.bytes);
  const { meta } = (await expect(200, 'GET', coverage, place)).json;
  assert.equal(workbook.About.rows[0][0], (await contract()).operations.find(({ id }) => id === 'report_coverage').definition.summary);
  const { 'About the figures': figures, 'Asked for': wanted, 'How it was made': made } = about(workbook);
  assert.equal(figures.Definition, meta.definition);
  assert.equal(figures['Organisation code'], code);
  assert.deepEqual(figures['As of'], { at: '2025-10-31T00:00:00.000' });
  assert.match(figures['Known at'], /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.match(figures.Edition, /^\d+:\d+:/);
  assert.equal(figures.Complete, true);
  assert.deepEqual(wanted, { Framework: 'cop-cvf-2024', 'As of': { at: '2025-10-31T00:00:00.000' }, By: 'organisation', Basis: 'self', Detail: 'held' });
  assert.match(made['Made by'], /^Skills Ledger, skillsd \d/);
  assert.equal(made.Report, 'report_coverage (/v1/reports/coverage)');
  assert.equal(made.Rows, data(workbook).length);
  assert.ok(Math.abs(Date.parse(`${made['Made at'].at}Z`) - Date.parse(reply.headers.get('date'))) < 5000);
});

test('a page says that more rows follow, and the whole does not', async () => {
  const matrix = '/v1/reports/skills-matrix?framework=cop-cvf-2024';
  const made = async (more) => about(read((await ask(200, matrix + more, place)).bytes))['How it was made'];
  const whole = await made(''), page = await made('&limit=2');
  assert.ok(whole.Rows > 2);
  assert.deepEqual([page.Rows, page['More rows follow'], whole['More rows follow']], [2, true, undefined]);
});

test('the edition that a workbook tells gives its figures again', async () => {
  const workbook = read((await ask(200, coverage, place)).bytes);
  const { Edition: edition } = about(workbook)['About the figures'];
  await claim(people.A, { item, level: 3, valid_from: '2024-02-01' });
  assert.notDeepEqual(data(read((await ask(200, coverage, place)).bytes)), data(workbook));
  assert.deepEqual(data(read((await ask(200, `${coverage}&edition=${edition}`, place)).bytes)), data(workbook));
});

test('each column is defined by the contract', async () => {
  const { Definitions: definitions } = read((await ask(200, coverage, place)).bytes);
  const { properties } = (await contract()).document.components.schemas.CoverageRow;
  const words = ({ description, enum: words }) => (words ? `${description} One of: ${words.join(', ')}.` : description);
  assert.deepEqual(definitions.rows.slice(1).map(([, name, , meaning]) => [name, meaning]), Object.entries(properties).map(([name, schema]) => [name, words(schema)]));
  const types = Object.fromEntries(definitions.rows.slice(1).map(([title, , type]) => [title, type]));
  assert.deepEqual([types['People at level'], types.Share, types['Unit name']], ['whole number', 'number', 'text']);
});

test('the header stays in sight and on every page, which is as wide as the table', async () => {
  const { Data: sheet } = read((await ask(200, coverage, place)).bytes);
  assert.equal(sheet.frozen, 'A2');
  assert.equal(sheet.filter, `A1:S${sheet.rows.length}`);
  assert.ok(sheet.bold.length === 19 && sheet.bold.every(Boolean));
  assert.equal(sheet.repeated, '$1:$1');
  assert.deepEqual([sheet.orientation, sheet.fits, sheet.wide ?? 1, sheet.high], ['landscape', true, 1, 0]);
  assert.match(sheet.header, /^Counts the people/);
  assert.deepEqual(sheet.footer, ['&A', 'Page &P of &N']);
  assert.ok(sheet.widths[0] > 36 && sheet.widths.at(-1) < 25);
});

test('a report without rows is a workbook without rows', async () => {
  const workbook = read((await ask(200, '/v1/reports/coverage?framework=cop-cvf-2024&detail=held&as_of=1990-01-01', place)).bytes);
  assert.equal(workbook.Data.rows.length, 1);
  assert.equal(about(workbook)['How it was made'].Rows, 0);
});

test('a report is saved under its name and day, as workbook and as CSV; other lists have no name', async () => {
  const named = async (target, accept, as = place) =>
    (await expect(200, 'GET', target, { ...as, headers: { ...as.headers, accept } })).headers.get('content-disposition');
  assert.equal(await named(coverage, xlsx), 'attachment; filename="report-coverage-2025-10-31.xlsx"');
  assert.equal(await named(coverage, 'text/csv'), 'attachment; filename="report-coverage-2025-10-31.csv"');
  assert.equal(await named(coverage, 'application/json'), null);
  assert.equal(await named('/v1/frameworks', 'text/csv'), null);
});

// Of days there is one row each, zero too, so that their number is known whatever else is tested meanwhile.
const days = '/v1/reports/development?bin=day';

test('five years by day, some 1,800 rows, come as a workbook at once', async () => {
  const { bytes } = await ask(200, `${days}&from=2020-01&until=2024-12`, place);
  assert.equal(data(read(bytes)).length, 366 + 365 + 365 + 365 + 366 + 1);
});

test('what is too large for a worker is refused with the way to ask for it, and is there as CSV and as a job', async () => {
  const target = `${days}&from=2015-01&until=2024-12`;
  // Ten years by day are some 1.8 MiB; with a long name in each row they are more than the two that a worker makes.
  const name = (is) => sql('update organisation set name = $2 where code = $1 returning name', code, is);
  const [usual] = sql('select name from organisation where code = $1', code);
  name('A long name '.repeat(16).trim());
  try {
    const { json } = await ask(422, target, place);
    assert.match(json.type, /workbook_too_large$/);
    for (const words of ['`POST /v1/report-jobs`', '`operationId`', '`xlsx`']) assert.ok(json.detail.includes(words), json.detail);
    await expect(200, 'GET', target, { ...place, headers: { ...place.headers, accept: 'text/csv' } });
  } finally {
    name(usual);
  }
  const body = { report: 'report_development', parameters: { bin: 'day', from: '2015-01', until: '2024-12' }, format: 'xlsx' };
  const { json: job } = await expect(202, 'POST', '/v1/report-jobs', { ...place, body });
  await expect(200, 'POST', `/v1/report-jobs/${job.id}/cancel`, place);
});

test('what is wrong with a question is told as a problem', async () => {
  assert.match((await ask(404, '/v1/reports/coverage?framework=none', place)).json.type, /unknown_framework$/);
  await ask(403, coverage, officer(people.A));
  await ask(400, '/v1/reports/coverage?framework=cop-cvf-2024&as_of=yesterday', place);
  await ask(406, '/v1/frameworks', place);
});

test('a browser that takes anything gets JSON', async () => {
  const reply = await call('GET', coverage, { ...place, headers: { ...place.headers, accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
  assert.equal(reply.headers.get('content-type'), 'application/json');
});

test('a workbook leaves the event that the report leaves', async () => {
  const events = eventsOf(await ask(200, coverage, place));
  assert.deepEqual(events.map(({ kind, operation, person }) => [kind, operation, person]), [['report', 'report_coverage', people.HR]]);
});

test('HEAD tells of the workbook without sending it', async () => {
  const reply = await call('HEAD', coverage, { ...place, headers: { ...place.headers, accept: xlsx } });
  assert.equal(reply.status, 200);
  assert.equal(reply.headers.get('content-type'), xlsx);
  assert.ok(Number(reply.headers.get('content-length')) > 5000);
});

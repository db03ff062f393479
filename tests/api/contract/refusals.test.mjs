// SPDX-License-Identifier: MIT
// What a stranger's value is told, in every operation that has the parameter: what is wrong, and that it is this parameter.
import assert from 'node:assert/strict';
import test from 'node:test';
import { problem } from '../../lib/access.mjs';
import { call, sql } from '../../lib/client.mjs';
import { contract } from '../../lib/contract.mjs';
import { edition } from '../../lib/national.mjs';

const spec = await contract();
const nobody = '00000000-0000-4000-8000-000000000000';
const [somebody] = sql(`select person.id from person join posting using (person_id) join organisation using (organisation_id)
                        where organisation.code = 'example' and posting.ends_before is null order by person.id limit 1`);
const [levelled] = sql(`select item.id from framework_item as item join framework_version using (framework_version_id) join framework using (framework_id)
                       where framework.code = 'cop-cvf-2024' and item.level_scale_id is not null order by item.framework_item_id limit 1`);
const given = { framework: 'cop-cvf-2024', item: levelled, measure: 'held', person_id: somebody };

// parameter -> a value that nothing has, and the code of its refusal.
const strangers = {
  unit: [nobody, 'unknown_unit'],
  role: [nobody, 'unknown_role_profile'],
  role_profile: [nobody, 'unknown_role_profile'],
  framework: ['no-such-framework', 'unknown_framework'],
  item: [nobody, 'unknown_item'],
  course_item: [nobody, 'unknown_course_item'],
  organisation: ['no-such-force', 'unknown_organisation'],
  region: ['Atlantis', 'unknown_region'],
  worker_type: ['no_such_type', 'unknown_worker_type'],
  rank: ['no_such_rank', 'unknown_rank'],
  stage: ['no_such_stage', 'unknown_stage'],
  type: ['no_such_type', 'unknown_activity_type'],
  level: ['20', 'level_beyond_scale'],
  edition: ['0:0:', 'edition_not_known'],
  known_at: ['2000-01-01T00:00:00Z', 'known_too_early'],
  quarter_end: ['1949-12-31', 'quarter_without_figures'],
  as_of: ['0001-01-01', 'invalid_parameter'],
  ending_on: ['9999-12-31', 'invalid_parameter'],
  observed_from: ['0001-12-31', 'invalid_parameter'],
};
// Where another code says it, and what else must be asked for.
const otherwise = {
  'report_course_effect level': 'level_not_on_scale',
  'national_figures edition': ['3', 'quarter_without_figures'],
};
const besides = {
  report_survival: (name) => (name === 'item' ? ['by=skill'] : name === 'level' ? ['by=skill', `item=${given.item}`] : []),
  report_course_effect: (name) => (name === 'course_item' ? ['level=1'] : []),
  national_figures: (name) => [...(name === 'framework' ? [] : [`framework=${given.framework}`]), ...(name === 'edition' ? [`quarter_end=${edition()}`] : [])],
  find_specialists: (name) => (name === 'framework' ? [] : [`framework=${given.framework}`]),
  report_training_matrix: (name) => (name === 'item' ? [`framework=${given.framework}`] : []),
};

const parameters = ({ definition }) => (definition.parameters ?? []).map((parameter) => spec.resolve(parameter, '')[0]);
// What filters a list of records, such as `unit` of /v1/people, finds nothing there; reports, and what goes by a role, refuse.
const refuses = ({ id, method, definition }, name) =>
  method === 'GET' && !/audit/.test(id) && ((definition.tags ?? []).includes('reports') || /specialists|next_steps/.test(id) || name === 'role_profile');

function target(operation, name, value) {
  const required = parameters(operation).filter((each) => each.in === 'query' && each.required && each.name !== name);
  const path = operation.path.replace(/\{([^}]+)\}/g, (_, braced) => given[braced]);
  return `${path}?${[...required.map((each) => `${each.name}=${given[each.name]}`), ...(besides[operation.id]?.(name) ?? []), `${name}=${value}`].join('&')}`;
}

const as = ({ id }) => ({ as: /national/.test(id) ? 'college' : /^get_/.test(id) ? 'officer' : 'hr' });
const asked = spec.operations.flatMap((operation) =>
  parameters(operation)
    .filter(({ in: place, name }) => place === 'query' && strangers[name] && refuses(operation, name))
    .map(({ name }) => ({ operation, name })));

for (const parameter of Object.keys(strangers))
  test(`a stranger's ${parameter} is refused by name in each of the operations that have it`, async () => {
    const those = asked.filter(({ name }) => name === parameter);
    assert.ok(those.length > 0);
    for (const { operation, name } of those) {
      const other = otherwise[`${operation.id} ${name}`];
      const [value, code] = Array.isArray(other) ? other : [strangers[name][0], other ?? strangers[name][1]];
      const reply = await call('GET', target(operation, name, value), as(operation));
      assert.ok(reply.status >= 400 && reply.status < 500, `${operation.id} answers ${reply.status} ${reply.text.slice(0, 300)}`);
      assert.equal(problem(reply), `${code} ?${name}`, operation.id);
    }
  });

test('a stranger in the path is refused by its place', async () => {
  for (const [path, told] of [
    ['/v1/frameworks/no-such-framework/items', 'unknown_framework :framework'],
    ['/v1/frameworks/no-such-framework/role-profiles', 'unknown_framework :framework'],
    ['/v1/organisations/no-such-force/units', 'unknown_organisation :organisation'],
  ])
    assert.equal(problem(await call('GET', path, { as: 'officer' })), told, path);
});

test('of two days or months, the one at fault is named', async () => {
  for (const [query, told] of [
    ['development?from=2025-02-30&until=2025-03', 'no_such_day ?from'],
    ['development?from=2025-02-01&until=2025-02-29', 'no_such_day ?until'],
    ['development?from=2099-01', 'period_not_begun ?from'],
    ['development?until=2099-12', 'period_not_begun ?until'],
    ['upskilling?framework=cop-cvf-2024&from=2099-01', 'period_not_begun ?from'],
    ['upskilling?framework=cop-cvf-2024&until=2099-12', 'period_not_begun ?until'],
    ['upskilling?framework=cop-cvf-2024&from=2025-06&until=2025-01', 'period_reversed ?from'],
    ['retention?year_ending=2099', 'period_not_begun ?year_ending'],
    ['retention?ending_on=2099-01-01', 'period_not_begun ?ending_on'],
    ['retention?as_of=2099-01-01', 'period_not_begun ?as_of'],
    ['retention?year_ending=2025&as_of=2020-01-01', 'period_not_begun ?as_of'],
    ['recruitment?from=2025-01&as_of=2024-12-31', 'period_not_begun ?as_of'],
    ['survival?from=2025-01&as_of=2024-12-31', 'period_not_begun ?as_of'],
    ['early-development?framework=cop-cvf-2024&from=2025-01&as_of=2024-12-31', 'period_not_begun ?as_of'],
    [`course-effect?framework=cop-cvf-2024&item=${given.item}&as_of=2099-01-01`, 'as_of_in_future ?as_of'],
    [`course-effect?framework=cop-cvf-2024&item=${given.item}`, 'level_required ?level'],
  ])
    assert.equal(problem(await call('GET', `/v1/reports/${query}`, { as: 'hr' })), told, query);
});

test('a sort key that no Link header gave is told of by name', async () => {
  const key = Buffer.from('[1]').toString('base64url');
  assert.equal(problem(await call('GET', `/v1/development-gaps?after=${key}`, { as: 'hr' })), 'value_not_accepted ?after');
});

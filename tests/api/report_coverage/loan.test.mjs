// SPDX-License-Identifier: MIT
// Somebody on loan elsewhere, while the posting at home goes on, counts there: at home their skills are no gap, no loss and no need. The roles of A and B
// ask for analysing at 3, which both are assessed at since 2023; A is lent from 1 July 2024 to 30 June 2025.
import assert from 'node:assert/strict';
import test, { before } from 'node:test';
import { expect } from '../../lib/client.mjs';
import { force, items, lend, row } from '../../lib/force.mjs';
import { organisation } from '../../lib/organisations.mjs';
import { inRole, roleProfile } from '../../lib/roles.mjs';
import { assess } from '../../lib/workforce.mjs';

let home, item, before_loan;
const ask = async (report, query) => (await expect(200, 'GET', `/v1/reports/${report}?framework=cop-cvf-2024&item=${item}&basis=any&${query}`, home.hr)).json;
const covered = async (query) => {
  const found = row((await ask('coverage', query)).rows, { level: 3 });
  return [found.strength, found.people, found.essential_required, found.essential_met];
};

before(async () => {
  home = force(organisation('lender'), [{ staff_number: 'HR' }, { staff_number: 'A' }, { staff_number: 'B' }]);
  item = (await items('cop-cvf-2024'))['we-analyse-critically'];
  const { A, B, HR } = home.people;
  inRole(await roleProfile(HR, 'Analyst of a test', [{ item, level: 3 }]), A, B);
  for (const person of [A, B]) await assess(home, person, item, 3, '2023-01-01');
  before_loan = (await ask('coverage', 'as_of=2025-03-31')).meta.edition;
  lend(A, organisation('borrower'), '2024-07-01', '2025-06-30');
});

test('coverage: in the strength, neither holder nor required; at home again from the day after', async () => {
  assert.deepEqual(await covered('as_of=2025-03-31'), [3, 1, 1, 1]);
  assert.deepEqual(await covered('as_of=2025-06-30'), [3, 1, 1, 1]);
  assert.deepEqual(await covered('as_of=2025-07-01'), [3, 2, 2, 2]);
});

test('as it was known before the loan was recorded, both are there', async () => {
  assert.deepEqual(await covered(`as_of=2025-03-31&edition=${before_loan}`), [3, 2, 2, 2]);
});

test('gaps: nobody lacks what both hold', async () => {
  assert.deepEqual((await ask('gaps', 'as_of=2025-03-31')).rows, []);
});

test('level changes: nothing is lost by going on loan, nor gained by coming back', async () => {
  assert.deepEqual((await ask('level-changes', 'year_ending=2025')).rows, []);
  assert.deepEqual((await ask('level-changes', 'year_ending=2026')).rows, []);
});

test('single points: B alone has it, and B alone is required to', async () => {
  const { holders, required_by, roles } = row((await ask('single-points', 'as_of=2025-03-31')).rows, { level: 3 });
  assert.deepEqual([holders, required_by, roles], [1, 1, 1]);
});

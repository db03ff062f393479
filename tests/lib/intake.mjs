// SPDX-License-Identifier: MIT
// An intake made by hand, whose figures of recruitment can be counted on paper.
import { expect } from './client.mjs';
import { force, items, log, officer } from './force.mjs';
import { hrOf, organisation } from './organisations.mjs';

// By degree apprenticeship (pcda) in 2023: A, B, C (who leaves after ten months), D (who transfers after nineteen) and P (a PCSO until the day
// before); in 2024: F. By degree (dhep): E, in 2023. T comes by transfer in 2023, by a route nobody knows. S is withheld. Item x was held before
// joining by A (level 1) and T (level 2), and by E from the first day.
// A rises in x to 2 within a year and to 3 after more than two; B gains x within a year and y within two; C gains x before leaving. A logs CPD twice, within
// one year for x and within two for nothing in particular, C within one year and again after leaving.
export async function intake(name) {
  const code = organisation(name);
  const recruit = { worker_type: 'police_officer', rank: 'constable', joiner_type: 'standard_recruit', entry_route: 'pcda' };
  const { people } = force(code, [{ staff_number: 'HR' },
    { staff_number: 'A', ...recruit, unit: 'north', starts_on: '2023-01-09' }, { staff_number: 'B', ...recruit, unit: 'north', starts_on: '2023-06-05' },
    { staff_number: 'C', ...recruit, unit: 'south', starts_on: '2023-06-05', ends_on: '2024-03-31', leaver_type: 'voluntary_resignation' },
    { staff_number: 'D', ...recruit, unit: 'south', starts_on: '2023-09-01', ends_on: '2025-03-31', leaver_type: 'transfer' },
    { staff_number: 'P', worker_type: 'pcso', starts_on: '2020-01-01', joiner_type: 'standard_recruit', ends_on: '2023-06-04' },
    { staff_number: 'P', ...recruit, starts_on: '2023-06-05', joiner_type: 'previously_pcso_or_staff', subject: '' },
    { staff_number: 'E', ...recruit, starts_on: '2023-02-01', entry_route: 'dhep' }, { staff_number: 'F', ...recruit, starts_on: '2024-10-01' },
    { staff_number: 'T', ...recruit, rank: 'sergeant', starts_on: '2023-03-01', joiner_type: 'transfer', entry_route: '' },
    { staff_number: 'S', ...recruit, starts_on: '2023-03-01', sensitive: 'yes' },
  ]);
  const all = await items('cop-cvf-2016');
  const [x, y] = [all['we-are-collaborative'], all['we-take-ownership']];
  const hold = (who, item, level, valid_from) => expect(201, 'POST', '/v1/assertions', { ...officer(people[who]), body: { item, level, valid_from } });
  for (const [who, item, level, day] of [['A', x, 1, '2022-06-01'], ['T', x, 2, '2022-06-01'], ['E', x, 1, '2023-02-01'], ['S', x, 3, '2022-06-01'],
    ['A', x, 2, '2023-10-01'], ['A', x, 3, '2025-06-01'], ['B', x, 1, '2024-01-10'], ['B', y, 1, '2025-01-15'], ['C', x, 1, '2023-12-01']])
    await hold(who, item, level, day);
  for (const [who, happened_on, item] of [['A', '2023-05-01', x], ['A', '2024-06-01'], ['C', '2023-08-01'], ['C', '2024-04-10', x]]) await log(people[who], { happened_on, item });
  return { ...hrOf(people.HR, code), people, x, y };
}

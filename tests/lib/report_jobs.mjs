// SPDX-License-Identifier: MIT
// Report jobs made for a test and followed until they have ended, and a force whose figures they give.
import { give, scoped } from './access.mjs';
import { expect, sql } from './client.mjs';
import { force } from './force.mjs';
import { hrOf, organisation } from './organisations.mjs';
import { until } from './service.mjs';

export const ended = ['done', 'failed', 'cancelled', 'expired'];

// Three people of a force of this test's own on the day: HR, a sergeant and one more; L left before.
export const day = '2026-06-30';
export function reported(name) {
  const code = organisation(name);
  const { people } = force(code, [
    { staff_number: 'HR' }, { staff_number: 'O', worker_type: 'police_officer', rank: 'sergeant' }, { staff_number: 'S' },
    { staff_number: 'L', ends_on: '2026-06-01', leaver_type: 'death' },
  ]);
  return { code, people, hr: hrOf(people.HR, code) };
}

export const ask = async (who, { report = 'report_strength', parameters = { as_of: day, by: 'rank' }, format = 'json' } = {}, status = 202) =>
  expect(status, 'POST', '/v1/report-jobs', { ...who, body: { report, parameters, format } });
export const read = async (who, id) => (await expect(200, 'GET', `/v1/report-jobs/${id}`, who)).json;
export const download = (status, who, id) => expect(status, 'GET', `/v1/report-jobs/${id}/content`, who);
export const cancel = (status, who, id) => expect(status, 'POST', `/v1/report-jobs/${id}/cancel`, who);
export const whenEnded = (who, id) =>
  until(`report job ${id} has ended`, 60, async () => {
    const job = await read(who, id);
    return ended.includes(job.state) && job;
  });

export async function done(who, asked) {
  const { json } = await ask(who, asked);
  const job = await whenEnded(who, json.id);
  if (job.state !== 'done') throw new Error(`it is ${job.state}: ${JSON.stringify(job.problem)}`);
  return job;
}

// Somebody with scopes of their own for the organisation, who is not asked for by any other test.
export function reader(made, person, scopes) {
  give(made.people[person], scopes, { organisation: made.code });
  return { ...scoped(made.people[person], scopes), headers: made.hr.headers };
}

// A job as the service would have made it, in this state, of somebody whose account came with the person.
export const insertJob = (made, person, { state = 'waiting', attempts = 0, scopes = 'reports:organisation' } = {}) =>
  sql(`insert into report_job (report, parameters, format, organisation_id, required, issuer, subject, scopes, state, attempts)
       select 'report_strength', '{"by": "rank"}', 'csv', organisation_id, 'reports:organisation', account.issuer, account.subject, $3, $4, $5
       from account join person using (person_id), organisation
       where person.id = $1::uuid and organisation.code = $2
       returning id`, made.people[person], made.code, scopes, state, attempts)[0];

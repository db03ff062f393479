// SPDX-License-Identifier: MIT
// Units as a test makes and changes them by HTTP.
import { expect } from './client.mjs';
import { organisation } from './organisations.mjs';
import { workforce } from './workforce.mjs';

// A force of a test's own, with HR and CLEARED who keep it.
export const ownForce = (name, postings) => {
  const code = organisation(name);
  return { ...workforce(code, postings), code };
};
export const make = async (as, body, status = 201) => {
  const reply = await expect(status, 'POST', '/v1/units', { ...as, body: { name: `The unit ${body.code}`, starts_on: '2010-01-01', ...body } });
  return status === 201 ? reply.json : reply;
};
export const read = (as, id, status = 200) => expect(status, 'GET', `/v1/units/${id}`, as);
export const edit = (status, as, id, body, match = '*') =>
  expect(status, 'PATCH', `/v1/units/${id}`, { ...as, body, headers: match ? { 'if-match': match } : {} });
export const succeed = (status, as, id, body, match = '*') =>
  expect(status, 'POST', `/v1/units/${id}/succession`, { ...as, body, headers: match ? { 'if-match': match } : {} });

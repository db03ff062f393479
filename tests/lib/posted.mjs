// SPDX-License-Identifier: MIT
// People of an organisation who are new in every run, so that what is told of each can be counted on paper however often a test has run.
import { force } from './force.mjs';

// What stands behind the name of everybody whom this process makes.
export const run = `${Date.now().toString(36)}${process.pid.toString(36)}`;

// posted('lincolnshire', {HR: {}, A: {ends_on: '2022-12-31'}}) -> {hr, HR: id, A: id}; the first is HR.
export function posted(organisation, postings) {
  const numbered = Object.entries(postings).map(([name, posting]) => ({ staff_number: `${name}-${run}`, ...posting }));
  const { people, hr } = force(organisation, numbered);
  return { hr, ...Object.fromEntries(Object.keys(postings).map((name) => [name, people[`${name}-${run}`]])) };
}

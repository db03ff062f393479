// SPDX-License-Identifier: MIT
// What reports are asked, drawn: the parameters of a request, and beside them what they mean to the plain recomputation.
import { dayText, days, windowOf } from '../world.mjs';

export const maybe = (draw, part, value) => (draw.chance(part) ? value() : undefined);
// Some day, often one about which a posting or an assertion begins or ends.
export const someDay = (draw) => (draw.edges?.length && draw.chance(0.4) ? draw.pick(draw.edges) + draw.below(3) - 1 : windowOf.first + draw.below(days + 60));

// A cut of people, as asked and as meant.
export function cutOf(draw, world, organisation) {
  const unit = maybe(draw, 0.3, () => draw.pick(world.units.filter((one) => one.organisation === organisation)));
  const role = maybe(draw, 0.15, () => draw.pick(world.roles));
  const [workerType, rank] = [maybe(draw, 0.15, () => draw.pick(['police_officer', 'police_staff'])), maybe(draw, 0.15, () => draw.pick(['constable', 'sergeant']))];
  return { asked: { unit: unit?.uuid, worker_type: workerType, rank, role: role?.uuid }, cut: { unit: unit?.id, workerType, rank, role: role?.id } };
}

// Whole months, as asked and as days: [from, before).
const monthText = (month) => new Date(Date.UTC(2026, month, 1)).toISOString().slice(0, 7);
export const monthBegins = (month) => Date.UTC(2026, month, 1) / 86400000;
export function monthsOf(draw) {
  const first = 5 + draw.below(6), last = Math.min(10, first + draw.below(6)); // none begins after the month that the clock of the tests stands in
  return { asked: { from: monthText(first), until: monthText(last) }, from: monthBegins(first), before: monthBegins(last + 1) };
}

// Months of up to four years, and a day in which they are looked back on.
export function longMonthsOf(draw) {
  const first = -36 + draw.below(46), last = Math.min(10, first + draw.below(48));
  return { asked: { from: monthText(first), until: monthText(last) }, from: monthBegins(first), before: monthBegins(last + 1) };
}
export const allMonths = { asked: { from: monthText(-36), until: monthText(10) }, from: monthBegins(-36), before: monthBegins(11) };
// A day that is over by the clock of the tests, and the last of these.
export const dayBack = (draw) => windowOf.first + draw.below(170);
export const lastDayBack = windowOf.first + 169;
export const basisOf = (draw) => draw.pick(['each', 'any', 'any', 'self', 'assessed']);

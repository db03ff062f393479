// SPDX-License-Identifier: MIT
// The reports, each with what it may be asked and what it should say by the plain recomputation: {draw, plain, row}. `draw` gives the parameters of the
// request and, beside them, what they mean here; `row` turns a row of the reply into what it is about and what it says.
import { cells, distinct, grouped, peopleOn, servingSince, unitRows } from './plain.mjs';
import { dayText, days, windowOf } from './world.mjs';

const maybe = (draw, part, value) => (draw.chance(part) ? value() : undefined);
const someDay = (draw) => windowOf.first + draw.below(days + 60);

// A cut of people, as asked and as meant.
function cutOf(draw, world, organisation) {
  const unit = maybe(draw, 0.3, () => draw.pick(world.units.filter((one) => one.organisation === organisation)));
  const role = maybe(draw, 0.15, () => draw.pick(world.roles));
  const [workerType, rank] = [maybe(draw, 0.15, () => draw.pick(['police_officer', 'police_staff'])), maybe(draw, 0.15, () => draw.pick(['constable', 'sergeant']))];
  return { asked: { unit: unit?.uuid, worker_type: workerType, rank, role: role?.uuid }, cut: { unit: unit?.id, workerType, rank, role: role?.id } };
}
const unitCode = (seen, unit) => (unit === null ? null : seen.world.units.find((one) => one.id === unit).code);
const yearsAfter = (day, years) => {
  const date = new Date(day * 86400000);
  return Date.UTC(date.getUTCFullYear() + years, date.getUTCMonth(), date.getUTCDate()) / 86400000;
};
const bandOn = (since, day) => [['under_1', 1], ['1_to_2', 2], ['2_to_3', 3], ['3_to_4', 4], ['4_to_5', 5], ['5_to_10', 10]].find(([, before]) => yearsAfter(since, before) > day)[0];

const strength = {
  draw(draw, world, organisation) {
    const { asked, cut } = cutOf(draw, world, organisation), day = someDay(draw);
    const by = draw.pick(['organisation', 'unit', 'worker_type', 'rank', 'role', 'service_band']);
    return { parameters: { ...asked, as_of: dayText(day), by }, cut, day, by };
  },
  plain(seen, { cut, day, by }) {
    const roleOf = (one) => seen.world.roles.find(({ id }) => id === one.role)?.uuid;
    const part = { worker_type: (one) => one.workerType, rank: (one) => one.rank, role: roleOf, service_band: (one) => bandOn(servingSince(seen, one.person, day), day) }[by];
    const groups = grouped(peopleOn(seen, day, cut), (one) =>
      unitRows(seen, one.unit, { top: cut.unit, byUnit: by === 'unit' }).flatMap((unit) => [[unit, null], ...(part && part(one) ? [[unit, part(one)]] : [])]));
    return cells(groups.map(({ key: [unit, value], all }) => [[unitCode(seen, unit), value], distinct(all), all.reduce((sum, one) => sum + one.fte, 0)]));
  },
  row: (row) => [[row.unit_code, row.worker_type ?? row.rank ?? row.role_profile ?? row.service_band], row.headcount, row.fte],
};

export const reports = { report_strength: strength };

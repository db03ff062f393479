// SPDX-License-Identifier: MIT
// Who is found as a specialist: by an organisation of those posted to it, or by the nation, as each has said last; from whole records, whatever an organisation sees of them.
import { assertionsWithEnds, last } from '../model.mjs';
import { cells, covers, firstOfEach, inCut, unitCode } from '../plain.mjs';
import { dayText } from '../world.mjs';
import { dateText } from './matrices.mjs';
import { cutOf, maybe, someDay } from './questions.mjs';

const bases = ['self', 'endorsed', 'assessed', 'accredited'];

// Who may find somebody today: what they said last of what has begun.
const reachOf = ({ listings, today }, person) => listings.filter((one) => one.person === person && one.from <= today).sort((a, b) => b.id - a.id)[0]?.reach ?? 'none';

// The people who are found, each with a posting of the day: by their word of now; nobody who is withheld anywhere.
function found(seen, { day, finds, cut, place, region }) {
  const { present } = seen, hidden = ({ person, organisation }) => present.withheld.has(`${person} ${organisation}`);
  const listed = ({ person, organisation }) => (finds === 'nation' ? ['service'] : organisation === seen.organisation ? ['organisation', 'service'] : []).includes(reachOf(present, person));
  const regionOf = ({ organisation }) => seen.world.places.find(({ id }) => id === organisation).region;
  return firstOfEach(seen.facts.postings.filter((one) => covers(day, one) && listed(one) && !hidden(one) && !present.postings.some((other) => other.person === one.person && hidden(other))
    && inCut(seen, one, cut) && (!place || one.organisation === place.id) && (!region || regionOf(one) === region)));
}

export const find_specialists = {
  draw(draw, world, organisation) {
    const finds = draw.pick(['organisation', 'nation']), { asked, cut } = draw.chance(0.4) ? cutOf(draw, world, organisation) : { asked: {}, cut: {} };
    const day = someDay(draw), place = maybe(draw, 0.3, () => draw.pick(world.places)), region = maybe(draw, 0.2, () => draw.pick(world.places).region);
    const item = maybe(draw, 0.3, () => draw.pick([...world.items, world.top])), basis = maybe(draw, 0.2, () => draw.pick(['self', 'assessed'])), level = item?.levels ? maybe(draw, 0.5, () => draw.pick(world.levels)) : undefined;
    const parameters = { ...asked, framework: world.framework, as_of: dayText(day), organisation: place?.code, region, item: item?.uuid, basis, level, limit: 100000 };
    return { parameters, finds, cut, day, place, region, basis, level, items: world.items.filter(({ id, code }) => !item || id === item.id || (item.code === 'top' && code !== 'gamma')) };
  },
  plain(seen, asked) {
    const { day, items, basis, level } = asked;
    return cells(found(seen, asked).flatMap((place) => {
      const record = assertionsWithEnds(seen.facts.assertions.filter(({ person }) => person === place.person));
      return items.flatMap((item) => bases.filter((one) => !basis || one === basis).flatMap((on) => {
        const held = last(record.filter((one) => one.item === item.id && one.basis === on), day, 'from', 'before');
        if (!held || (level && held.level < level)) return [];
        return [[[seen.world.uuids.get(place.person), seen.world.places.find(({ id }) => id === place.organisation).code, unitCode(seen, place.unit), place.workerType, place.rank,
          seen.world.roles.find(({ id }) => id === place.role)?.code, item.code, on, dayText(held.from)], held.level || null]];
      }));
    }));
  },
  row: (row) => [[row.id, row.organisation_code, row.unit_name, row.worker_type, row.rank, row.role_profile_title, row.code, row.basis, dateText(row.since)], row.level],
};

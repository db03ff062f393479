// SPDX-License-Identifier: MIT
// An edition of the national figures with the figures that a test gives it, of a quarter long ago that no other test uses: of 1952 or later, for of 1950
// there are none. (What figures are made of: tests/national/.)
import { sql } from './client.mjs';

// figures: [{measure, item, basis, level, joined_year, organisation (code), worker_type, people}], people null for a total that is withheld. Gives the
// last day of the quarter.
export function edition(figures = [], quarter_end = null) {
  const [made] = sql(`
    insert into national_edition (quarter_end, number, made_at)
    select quarter_end, 1, now()
    from (select (date '1950-01-01' + make_interval(months => 3 * n) - interval '1 day')::date as quarter_end from generate_series(9, 150) as n) as free
    where quarter_end not in (select quarter_end from national_edition) and coalesce(nullif($1, '')::date = quarter_end, true)
    order by random() limit 1
    returning quarter_end || ' ' || national_edition_id`, quarter_end ?? '');
  const [day, id] = made.split(' ');
  if (figures.length > 0)
    sql(`insert into national_figure (national_edition_id, measure, framework_item_id, basis, level, joined_year, organisation_id, worker_type, people)
         select $1, told.measure, framework_item_id, told.basis, told.level, told.joined_year, organisation_id, told.worker_type, told.people
         from jsonb_to_recordset('${JSON.stringify(figures)}') as told (measure text, item uuid, basis text, level smallint, joined_year int, organisation text, worker_type text, people int)
         left join framework_item as item on item.id = told.item
         left join organisation on organisation.code = told.organisation`, id);
  return day;
}

// The quarter-end a year before.
export const yearBefore = (day) => `${Number(day.slice(0, 4)) - 1}${day.slice(4)}`;

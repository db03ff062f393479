-- SPDX-License-Identifier: MIT
-- What all that is made up is drawn with. Scripts of this folder whose names begin with a digit run in order, those
-- with `_example_` for the one made-up force, those with `_nation_` for a slice of the nation, the others for both.
-- They hand each other temporary tables, of which `demo` has one row: what is made now. With no row nothing is made.

-- What is made at a time is sorted in memory.
set local work_mem = '64MB';

-- The same number from 0 to below 1 for the same purpose and numbers, everywhere: 32 bits of an MD5.
create or replace function pg_temp.draw(purpose text, one bigint, two bigint default 0) returns double precision
language sql immutable as $$
    select ('x' || substr(md5(purpose || ':' || one::text || ':' || two::text), 1, 8))::bit(32)::bigint
           / 4294967296.0::double precision
$$;

-- Names are put together from words and belong to nobody.
create or replace function pg_temp.given_name(n bigint) returns text language sql immutable as $$
    select word.given[1 + floor(pg_temp.draw('given', n) * cardinality(word.given))::int]
    from (
        select array['Alder', 'Amber', 'Ash', 'Aspen', 'Basil', 'Bay', 'Blossom', 'Bracken', 'Bramble', 'Briar',
                     'Bryony', 'Cedar', 'Clover', 'Coral', 'Fern', 'Flint', 'Garnet', 'Hawthorn', 'Hazel',
                     'Heather', 'Indigo', 'Iris', 'Jasper', 'Juniper', 'Larch', 'Laurel', 'Linden', 'Maple',
                     'Marigold', 'Myrtle', 'Olive', 'Pearl', 'Poppy', 'Robin', 'Rowan', 'Sage', 'Sorrel',
                     'Tansy', 'Willow', 'Yarrow']
    ) as word (given)
$$;

create or replace function pg_temp.family_name(n bigint) returns text language sql immutable as $$
    select word.first_half[1 + floor(pg_temp.draw('first half', n) * cardinality(word.first_half))::int]
           || word.second_half[1 + floor(pg_temp.draw('second half', n) * cardinality(word.second_half))::int]
    from (
        select array['Amber', 'Apple', 'Autumn', 'Bright', 'Button', 'Candle', 'Clover', 'Copper', 'Cotton',
                     'Feather', 'Ginger', 'Honey', 'Ink', 'Ivory', 'Lantern', 'Marble', 'Merry', 'Oat', 'Paper',
                     'Pepper', 'Quiet', 'Ribbon', 'Silver', 'Summer', 'Thimble', 'Tin', 'Velvet', 'Walnut',
                     'Winter', 'Wool'],
               array['bridge', 'brook', 'castle', 'door', 'ferry', 'field', 'fountain', 'garden', 'harbour',
                     'hill', 'island', 'kettle', 'ladder', 'lake', 'lamp', 'lantern', 'meadow', 'mill', 'moor',
                     'orchard', 'pocket', 'quarry', 'ridge', 'river', 'shore', 'spindle', 'step', 'teapot',
                     'whistle', 'window']
    ) as word (first_half, second_half)
$$;

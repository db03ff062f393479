-- SPDX-License-Identifier: MIT
-- The files of this folder are applied together, in the order of their names, in one transaction. First all that they
-- make is taken away, so that what is said below is all there is: no policy, view or function of an earlier version is
-- left over. All names are taken as text before anything is dropped, hence arrays and not a loop over rows: what a
-- cascade has taken along has only a number left.

do $$
declare
    made record;
    name text;
begin
    for made in select policyname, tablename from pg_policies where schemaname = 'skills'
    loop
        execute format('drop policy %I on %I', made.policyname, made.tablename);
    end loop;
    foreach name in array array(
        select oid::regclass::text from pg_class where relnamespace = 'skills'::regnamespace and relkind = 'v')
    loop
        execute format('drop view if exists %s cascade', name);
    end loop;
    foreach name in array array(
        select procedure.oid::regprocedure::text
        from pg_proc as procedure
        where procedure.pronamespace = 'skills'::regnamespace
          and procedure.prorettype <> 'trigger'::regtype -- those belong to the migration of their table
          and not exists (select from pg_depend where pg_depend.objid = procedure.oid and pg_depend.deptype = 'e'))
    loop
        execute format('drop function if exists %s cascade', name);
    end loop;
end
$$;

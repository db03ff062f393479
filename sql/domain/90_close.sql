-- SPDX-License-Identifier: MIT
-- Functions: nothing for everyone. What the serving role may call is granted to it by name where the function stands.
-- (A default privilege of a schema cannot take away what PostgreSQL gives to everyone, so it is done here, last.)

do $$
declare
    own_function regprocedure;
begin
    for own_function in
        select procedure.oid::regprocedure
        from pg_proc as procedure
        where procedure.pronamespace = 'skills'::regnamespace and pg_has_role(procedure.proowner, 'member')
    loop
        execute format('revoke execute on function %s from public', own_function);
    end loop;
end
$$;

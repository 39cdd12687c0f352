-- Run once by the superuser, when the server is made: a role for each who connects, and none of
-- them a superuser. The passwords come from the environment of the server, and stand in no file.
\set ON_ERROR_STOP on
\getenv eier VIGO_EIER_PASSWORD
\getenv programmet VIGO_PASSWORD
\getenv dagster DAGSTER_PG_PASSWORD

create role vigo_eier login nosuperuser nocreatedb nocreaterole password :'eier';
create role vigo login nosuperuser nocreatedb nocreaterole password :'programmet';
create role dagster login nosuperuser nocreatedb nocreaterole password :'dagster';

-- The Sentralbase, with persons: its owner migrates it and gives the program what it needs.
create database vigo owner vigo_eier;
revoke all on database vigo from public;
grant connect, temporary on database vigo to vigo;

-- Runs and events: without persons.
create database dagster owner dagster;
revoke all on database dagster from public;

revoke connect on database postgres, template1 from public;

// Variables that hold the address of another node.
import type { Variable } from './variables.ts';

/** `http://host:port`; it must be there. @param whose whose address it is, for the message */
export function httpAddress(name: string, whose: string): Variable<string> {
  return {
    name,
    read: (reader) => {
      const address = reader.text(name) ?? '';
      if (URL.parse(address)?.protocol !== 'http:')
        reader.problem(`${name} is '${address}': write http://host:port of ${whose}`);
      return address;
    },
    write: (address) => address,
  };
}

/** The address of a PostgreSQL database. It is never quoted in a message, for it may hold a password. */
export function postgresAddress(name: string): Variable<string | undefined> {
  return {
    name,
    read: (reader) => {
      const address = reader.text(name);
      if (address !== undefined && !/^postgres(ql)?:$/.test(URL.parse(address)?.protocol ?? ''))
        reader.problem(`${name} is no PostgreSQL address: write postgres://user:password@host:5432/database`);
      return address;
    },
    write: (address) => address,
  };
}

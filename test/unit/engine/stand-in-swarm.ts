// A machine of a Swarm as Docker's API tells of it: four cores, 4 GiB.
export function machine(id: string, hostName: string, labels: Readonly<Record<string, string>> = {}) {
  return {
    ID: id,
    Spec: { Labels: labels, Role: 'worker', Availability: 'active' },
    Description: { Hostname: hostName, Resources: { NanoCPUs: 4e9, MemoryBytes: 4 * 2 ** 30 } },
    Status: { State: 'ready' },
  };
}

/** What images are pulled with, by the names that their makers gave them. */
export const PULL_CLIENTS = [
  { client: 'docker', label: 'Docker' },
  { client: 'containerd', label: 'containerd (ctr)' },
  { client: 'podman', label: 'Podman' },
  { client: 'kubernetes', label: 'Kubernetes: image' },
  { client: 'pod', label: 'Kubernetes: Pod' },
] as const;

/** Help; the files and commands it shows are in no language. */
export const help = {
  text: 'Set up machines and pipelines for {{host}}.',
  contents: 'Contents',
  onMachine: 'On the machine',
  message: 'The client says',
  reach: 'The machine must reach this host',
  reachText:
    'Clients connect straight to {{name}}, so the machine they run on must resolve that name, by DNS or a line in /etc/hosts, and get through firewalls and proxies. Try it:',
  reachAnswer: 'The answer 401 Unauthorized is right: the registry is there and asks who you are.',
  certificate: 'A push fails because of the certificate',
  certificateText:
    'The certificate of this host was signed by an authority that the machine does not know. Give the authority’s certificate to the client, or else tell the client not to verify it.',
  trustDocker: 'Docker: trust the authority',
  trustDockerText:
    'Docker reads the certificates of a registry from a folder with its name; no restart is needed.',
  trustContainerd: 'containerd 1.5 and later: hosts.toml',
  trustContainerdText:
    'Name the folder of the registries in config.toml (the part of your version) and restart containerd once; changes of hosts.toml are then read at once. Put the authority’s certificate beside it.',
  unverified: 'Without the certificate, the check can be switched off for this host alone:',
  ctrReadsNone:
    'ctr does not read config.toml. Give it the folder, or use -k to skip the check once:',
  oldContainerd: 'containerd before 1.5: config.toml',
  oldContainerdText:
    'Older versions have mirrors and tls entries in config.toml itself; newer ones refuse them next to config_path.',
  insecure: 'A host with plain http',
  insecureText:
    'Docker and containerd speak https unless they are told otherwise. Everything, passwords too, then crosses the network in the clear: keep to networks that you trust.',
  insecureDocker:
    'Add the host to daemon.json and restart. Docker does not need it for 127.0.0.1. The same entry also switches off the check of an https certificate.',
  insecureContainerd: 'Name the host with http in hosts.toml; ctr takes --plain-http instead.',
  failures: 'What clients say, and what to do',
  unauthorized:
    'Nobody is signed in on the machine, the password was replaced, or the access token has expired. Log in again with the values of the push dialog.',
  denied:
    'Whoever is signed in may not do that: pushing takes the role developer or owner, and an access token needs the right Write.',
  nameUnknown:
    'The workspace does not exist, or is not open to you. Its name is the first part of the image address; create the workspace before the first push.',
  tooMany:
    'A wrong password was tried too often. Wait as long as the message says, then try again.',
  gaveHttp: 'This host speaks plain http, and the client expected https: see the section above.',
  tooLarge: 'A layer is larger than one request may be: see the section on large layers.',
  notFound:
    'ctr pushes every platform of an image, but only one was pulled. Pull all of them, or push the one:',
  limits: 'Limits',
  limitsText: 'Beyond these a client hears a clear error, and nothing is stored by halves.',
  what: 'What',
  limit: 'Limit',
  body: 'One request, where Cloudflare is in front',
  bodyLimit: '100 MB (Free, Pro), 200 MB (Business), 500 MB (Enterprise)',
  pageUpload: 'A file uploaded in the page',
  layer: 'A layer',
  manifest: 'A manifest',
  description: 'A description',
  unfinished: 'An upload that no one continues',
  hours_one: '{{count}} hour',
  hours_other: '{{count}} hours',
  trash: 'What was deleted can be restored for',
  daysOf_one: '{{count}} day',
  daysOf_other: '{{count}} days',
  session: 'A session in the browser',
  sessionLimit: '12 hours without use, 30 days in all',
  signIns: 'Failed sign-ins',
  signInLimit: '5 for an account, 30 for an address; then wait',
  large: 'Push large layers',
  largeText:
    'docker and ctr send a layer in one request. The edge refuses one above its limit with 413, before the registry sees it. These ways send layers in pieces:',
  largePage:
    'Upload the archive in the page: Images → Upload image. It continues after a lost connection.',
  largePush:
    'Push an archive with the orlop command, which needs no container engine. This registry serves it to npx (Node 20 or later); after an upgrade, this page shows a new address:',
  largeRelay:
    'Or let orlop be the registry on your machine: docker pushes to it, and it sends the pieces on.',
  kubernetes: 'Use images in Kubernetes',
  kubernetesSecret:
    'Keep a user name and password as a secret: those of a robot of the project that only pulls.',
  kubernetesPod: 'Name the secret and the image in the workload:',
  kubernetesAccount: 'Or give the secret to every workload of the namespace:',
  kubernetesNodes:
    'Nodes pull the images themselves: what this page says about certificates and plain http applies to each node.',
  pipelines: 'Push from pipelines',
  pipelinesText:
    'Give a pipeline ORLOP_USER and ORLOP_TOKEN as secrets: those of a robot of the project that pulls and pushes, or your user name and an access token with the rights Read and Write. A robot deletes no versions. Make a token here:',
};

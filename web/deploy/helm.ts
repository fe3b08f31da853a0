import { type DeployedImage, portsOf, repositoryOf, SECRET } from './image.ts';
import { Quoted, toYaml } from './yaml.ts';

/** Values for a chart that is laid out as `helm create` does, which joins both with a colon. */
export function helmValues(image: DeployedImage): string {
  const port = portsOf(image).find(({ protocol }) => protocol === 'TCP');
  return toYaml({
    image: imageValues(image),
    imagePullSecrets: [{ name: SECRET }],
    ...(port && { service: { port: port.number } }),
  });
}

function imageValues(image: DeployedImage) {
  const { tag, digest, by } = image;
  const repository = repositoryOf(image);
  if (tag !== null) {
    return { repository, tag: new Quoted(by === 'tag' ? tag : `${tag}@${digest}`) };
  }
  const [algorithm = '', hex = ''] = digest.split(':');
  return { repository: `${repository}@${algorithm}`, tag: new Quoted(hex) };
}

import { RegistryError } from '../../domain/errors.ts';

/** The refusal of an archive for docker of what docker cannot load; an OCI layout takes it all. */
export function notLoadable(what: string): RegistryError {
  const message = `format: docker cannot load ${what}: request it in the format oci`;
  return new RegistryError('FIELD_INVALID', message, { field: 'format' });
}

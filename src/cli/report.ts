import { ArchiveError, type ArchiveErrorCode, failureReason } from '../archive/errors.ts';
import { RegistryError } from '../domain/errors.ts';
import { CommandError, EXIT, type ExitCode } from './exit.ts';

/** The message and the exit status for an error. */
export function describeFailure(error: unknown): { exitCode: ExitCode; message: string } {
  if (error instanceof CommandError) return { exitCode: error.exitCode, message: error.message };
  if (error instanceof RegistryError) {
    return { exitCode: exitOf(error), message: error.message };
  }
  if (error instanceof ArchiveError) {
    return { exitCode: ARCHIVE_EXIT[error.code] ?? EXIT.corrupt, message: error.message };
  }
  if (error instanceof Error && error.name === 'CLIError') {
    return { exitCode: EXIT.usage, message: error.message };
  }
  return { exitCode: EXIT.failed, message: failureReason(error) };
}

/** Exit statuses of archive errors that are not about the archive's content. */
const ARCHIVE_EXIT: Partial<Record<ArchiveErrorCode, ExitCode>> = {
  NOT_SIGNED_IN: EXIT.denied,
  NOT_ALLOWED: EXIT.denied,
  BODY_TOO_LARGE: EXIT.failed,
  CONNECTION_LOST: EXIT.failed,
  UPLOAD_LOST: EXIT.failed,
  TAG_NOT_SET: EXIT.failed,
  REGISTRY_REFUSED: EXIT.failed,
  TOO_LARGE: EXIT.failed,
};

/** Domain rules refuse an option of the user, or a registry's content. */
function exitOf({ code, extras }: RegistryError): ExitCode {
  if (code === 'FIELD_INVALID') return extras.field === 'platform' ? EXIT.missing : EXIT.usage;
  return code === 'SIZE_INVALID' ? EXIT.failed : EXIT.corrupt;
}

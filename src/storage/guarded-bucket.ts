import { type Disk, requireSpace } from './disk.ts';
import { repeatIfLost } from './failures.ts';
import { watchWrite } from './watch-write.ts';
import { getInWindows } from './windowed-get.ts';

/**
 * The bucket, whose writes leave the space free that the disk's service reserves, and end with an
 * error where R2 never answers (watchWrite). What changes nothing the second time is repeated if
 * it was lost, apart from parts, which PartSender repeats, and reads of bytes (openObject). A
 * bucket on a disk is the simulator's, and read as it can.
 */
export function guardBucket(bucket: R2Bucket, disk: Disk | undefined): R2Bucket {
  const put = async (key: string, value: ReadableStream | Uint8Array, options?: R2PutOptions) => {
    const isStream = value instanceof ReadableStream;
    await requireSpace(disk, isStream ? 0 : value.byteLength);
    // Of a stream, only who sends it knows when R2 has all bytes.
    const consumed = isStream ? null : Promise.resolve();
    const write = () => bucket.put(key, value, options);
    return await watchWrite(isStream ? write() : repeatIfLost(write), consumed, disk);
  };
  const get = (key: string, options?: { range?: { offset: number; length: number } }) =>
    disk ? getInWindows(bucket, key, options) : bucket.get(key, options);
  return {
    put: put as R2Bucket['put'],
    get: get as R2Bucket['get'],
    head: (key) => repeatIfLost(() => bucket.head(key)),
    list: (options) => repeatIfLost(() => bucket.list(options)),
    delete: (keys) => repeatIfLost(() => bucket.delete(keys)),
    createMultipartUpload: async (key, options) =>
      guardUpload(await repeatIfLost(() => bucket.createMultipartUpload(key, options)), disk),
    resumeMultipartUpload: (key, id) => guardUpload(bucket.resumeMultipartUpload(key, id), disk),
  };
}

function guardUpload(upload: R2MultipartUpload, disk: Disk | undefined): R2MultipartUpload {
  const uploadPart = async (number: number, value: Uint8Array) => {
    await requireSpace(disk, value.byteLength);
    return await watchWrite(upload.uploadPart(number, value), Promise.resolve(), disk);
  };
  return {
    key: upload.key,
    uploadId: upload.uploadId,
    uploadPart: uploadPart as R2MultipartUpload['uploadPart'],
    complete: (parts) =>
      watchWrite(
        repeatIfLost(() => upload.complete(parts)),
        Promise.resolve(),
        disk,
      ),
    abort: () => upload.abort(),
  };
}

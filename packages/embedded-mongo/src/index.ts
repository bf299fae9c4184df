export { EmbeddedMongo, type EmbeddedMongoOptions } from './embedded-mongo';
export { DataDirectoryInUseError } from './lock';
export { CorruptLogError } from './records';

export { safeFileName } from './file-name';
export {
  FramesMissing,
  Workspace,
  frameName,
  isMissing,
  sync,
  tarName,
  targetName,
  txtName,
  type Artifact,
  type Attempt,
} from './workspace';

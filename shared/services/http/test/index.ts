/** For tests of hostile input: values that no reader expects, and how each must end. */
export { endsWell, hostileJson, spoiled } from './hostile-server.ts'

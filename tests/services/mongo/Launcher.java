import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.io.IOException;
import java.util.List;

/**
 * A stand-in that speaks MongoDB's wire protocol: {@code Launcher PORT [FILE]}, on loopback. Port 0 takes a free one,
 * and the first line printed is the one taken. Without FILE all is kept in memory.
 */
class Launcher {
    /** The oldest that today's drivers talk to. */
    static class Version implements MongoVersion {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(4, 4, 0);
        }

        @Override
        public int getWireVersion() {
            return 9;
        }
    }

    /** Writes to its file before it answers, as MongoDB does where the journal is waited for. */
    static class FileBackend extends H2Backend {
        FileBackend(String file) {
            super(file);
        }

        @Override
        public Document handleMessage(MongoMessage message) {
            Document answer = super.handleMessage(message);
            commit();
            return answer;
        }
    }

    public static void main(String[] arguments) throws IOException {
        MongoBackend backend = arguments.length > 1 ? new FileBackend(arguments[1]) : new MemoryBackend();
        MongoServer server = new MongoServer(backend.version(new Version()));
        server.bind("127.0.0.1", Integer.parseInt(arguments[0]));
        System.out.println(server.getLocalAddress().getPort());
        // Ends with whoever started it, even one that was killed.
        while (System.in.read() >= 0) {}
        System.exit(0);
    }
}

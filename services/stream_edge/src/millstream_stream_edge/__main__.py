from millstream_stream_edge.main import main

main()

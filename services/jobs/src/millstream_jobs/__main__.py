from millstream_jobs.main import main

main()
